import type { Lexicon } from './concept.ts';

export const ITALIAN: Lexicon = {
  make: `
    scrivi|scrivere|scrivimi|implementa*|crea|creare|creami|genera|generare|fai una|fai un|fammi una|fammi un|
    sviluppa*|aggiungi|aggiungere|costruisci|realizza*|dammi uno|dammi un|dammi una|prepara uno|configura|
    automatizza|fornisci|mostrami come|fai in modo|metti
  `,
  change: `
    rifattorizza|refattorizza*|converti|convertire|rinomina*|ottimizza*|trasforma*|riscrivi|riscrivere|
    sostituisci|traduci questo codice|sposta il|aggiorna il|semplifica questo|invece di|al posto di|rimuovi|
    elimina|togli|cambia|modifica|passa questa|passa questo|estrai|pulisci|velocizza|adatta|asincrona|asincrono|
    separa|scambia
  `,
  want: `
    mi serve|ho bisogno|vorrei|voglio|deve essere|devono essere|dovrebbe|per favore|puoi|potresti|mi puoi|puo|
    aiutami|ho bisogno che|dobbiamo|devi|dammi|mostrami|ci serve|vogliamo|cerco|deve|devono|dimmi|consigli|
    mi consigli|nel nostro caso
  `,
  code: `
    funzione|funzioni|classe|metodo|codice|programma che|modulo|algoritmo|query|variabile|variabili|ciclo|server|
    file|comando|database|libreria|dipendenza|test|coda di priorita|stringa|lista|liste|oggetto|oggetti|
    dizionario|tabella|colonna|riga|righe|campo|campi|ordinare|filtrare|cartella|riga di comando|
    variabile d'ambiente|chiave|ereditarieta|tipo|tipi|ricorsiva|ricorsivo|memoria|risposta|rotta|token|utente|
    container|codice sorgente|compilatore|script|endpoint|api|pagamenti|email|e-mail|espressione cron|nuovi file
  `,
  artefact: `
    query sql|test unitari|test unitario|espressione regolare|espressioni regolari|script bash|script python|
    funzione che|programma che|script che|classe che|query che|test di integrazione|casi di test|formula excel|
    bot telegram|comando git|espressione cron
  `,
  howto: `
    come leggo|come posso|come faccio|come si fa|come implemento|come creo|come converto|come uso|come ordino|
    come ordinare|come collego|come filtro|come installo|qual e il modo migliore|come fare|come leggere|
    come creare|come implementare|come si usa
  `,
  fix: `
    correggi|correggere|sistema questo|risolvi|risolvere|ripara|trova il problema|trova la causa|
    cosa c'e che non va|qual e il problema|debugga|cosa sto sbagliando|cosa c'e di sbagliato|da dove viene|
    aiutami a correggere|fallo funzionare|come risolvo|come correggo|cosa succede|sistema|sistemalo|aggiusta|
    trova il bug
  `,
  fault: `
    errore|errori|bug|eccezione|si blocca|crasha|va in crash|fallisce|falliscono|rotto|ciclo infinito|si chiude|
    si riavvia|riavvia|sbagliato|sbagliata|rifiutato|sparisce|strano|conflitto|conflitti|caduto|corrotto|
    permesso negato|tempo scaduto|ci mette|fallito|troppo lento|molto lento|troppo lenta|risultato sbagliato|
    due volte|duplicato|restano bloccati|riga vuota|ma non su|inviate due
  `,
  complaint: `
    non funziona|non va|non parte|non compila|ottengo sempre|ottengo|continua a|la mia app|l'app si|
    il mio programma|il mio codice|schermata bianca|mi da errore|di continuo|come mai|non si avvia|non carica|
    non si vede|non si aggiorna|non fa niente|non fa nulla|non riesco|di nuovo|ancora lo stesso|stesso errore|
    stesso problema|ieri funzionava|funzionava|dopo l'aggiornamento|da ieri|lancia|da errore|mi da un errore|
    ricevo|troppo lento|ci mette troppo|si blocca|da quando ho aggiornato|da quando|inviate due volte|
    qualcosa non va|e rosso
  `,
  why: `perche`,
  surface: `
    pulsante|bottone|pulsanti|pagina|modulo di contatto|intestazione|pie di pagina|componente*|barra laterale|
    barra di navigazione|icona|icone|menu|tabella|galleria|schermata|titolo|titoli|testo|logo|scheda|schede|
    campo di testo|banner|navigazione|ricerca|calendario|grafico|grafici|immagine|immagini|vista|finestra|
    sezione|pagina dei prezzi|pagina di login|piu grande|piu piccolo|colore|colori|sfondo|moderno|moderna|
    piu bello|tagliato|colonne|telefono|stile|ombra|ombre|un form|il form|intestazione della tabella|scorrimento|
    visibile|contrasto|leggibile|brutto
  `,
  style: `
    centra un|centra il|centra la|centrare un*|angoli arrotondati|bordi arrotondati|al passaggio del mouse|
    pagina iniziale|su mobile|a tendina|interfaccia utente|modalita scura|deve essere verde|deve essere blu|
    deve essere rosso|a destra|a sinistra|allinea*|ingrandisci|riduci|spaziatura|margine|margini|
    dimensione del testo|sovrappone|cellulare|schermi piccoli|griglia|accessibile|durante lo scorrimento|
    restare visibile|rimanere visibile
  `,
  review: `
    revisione|rivedi|revisiona|controlla questo|controlla il mio|valuta*|cosa ne pensi|che ne pensi|verifica|
    dai un'occhiata|critica il mio|un'occhiata|da un occhio|e corretto|va bene cosi|il tuo parere|parere su|
    opinione su|critica|analizza il mio codice|analizza questo codice|guarda il mio|correggi il mio testo|
    ispeziona|ecco la mia soluzione|ecco il mio codice|la mia soluzione|come posso migliorarla|
    come posso migliorarlo|come migliorare il mio|sei sicuro
  `,
  changes: `
    le modifiche|le mie modifiche|i cambiamenti|mia pr|mia pull request|questo diff|ultimo commit|modifiche
  `,
  flaws: `
    migliorare|migliorerebbe|miglioramenti|vulnerabilita|falle di sicurezza|problemi di sicurezza|punti deboli|
    segnala gli errori|buone pratiche|cosa cambieresti|cambieresti|manca qualcosa|insicuro|ortografia|grammatica|
    leggibilita|difetti|cosa si puo migliorare|si puo migliorare|iniezione sql|rischi di sicurezza
  `,
  summary: `
    riassumi|riassumere|riassunto|riassumimi|sintetizza|sintesi|punti chiave|punti principali|idee principali|
    accorcia|in breve|titolo breve|di cosa parla|di che parla|di cosa tratta|in due frasi|in tre frasi|
    in una frase|in poche frasi|in un paragrafo|fai un riassunto|sommario|l'essenziale|piu importanti|piu corto|
    versione breve|in 100 parole|elenco puntato|idea principale|verbale|titolo per|cosa hanno deciso|
    deciso nella riunione|in cinque righe|in tre righe|note:|fatti principali|riduci il testo
  `,
  plan: `
    pianifica*|un piano|piano di|piano passo passo|tabella di marcia|strategia|proponi|dividi il progetto|
    suddividi*|in attivita|stima i|stima il|come dovremmo|fasi|piano per|quale architettura|che architettura|
    architettura|consigli|i passi|passi|passaggi|quali passi|come organizzare|come affrontare|da dove iniziare|
    piano di progetto|requisiti|specifica|pro e contro|vantaggi e svantaggi|opzioni|tappe|attivita|priorita|
    rischi|abbozza|nel nostro caso|per il nostro caso|dovremmo usare|quale scegliere|ho un'idea per|
    elenco di misure
  `,
  design: `progetta l'|progetta la|progetta il|progetta un|progetta una|progettare|abbozza|modella`,
  project: `
    architettura|migrazione|migrare|sistema di|sistema|progetto|piattaforma|applicazione|infrastruttura|monolite|
    microservizi|database|app|app di|un'app|passare da|portale|negozio|prodotto|backend|jenkins|github actions|
    team|settimane|marketplace|servizio|servizi|software|consegne|nostro caso|messaggi al secondo|
    richieste al secondo
  `,
  nocode: `
    senza scrivere codice|non scrivere codice|senza codice|prima di programmare|non implementare|
    non modificare nulla|solo il piano|soltanto un piano|senza implementare|non toccare
  `,
  lookup: `
    cerca su|cerca|cercami|cercare|apri|aprire|consulta|visita|vai su|scarica|trova su|guarda sul|guarda su|
    guarda nella|vedi sul|leggi https|leggi la pagina|trova|trovami|indaga|controlla sul|controlla online|
    entra nel|fai una ricerca|verifica online|conferma online|verificalo online
  `,
  web: `
    su internet|sul web|su google|documentazione|notizie|novita|sito|sito web|orari del|orari di|pagina web|
    online|sito ufficiale|pagina ufficiale|documentazione ufficiale|articoli su|articoli recenti|meteo|
    cambio euro|quotazione|stampa|internet
  `,
  fresh: `
    attuale|attuali|piu recente|ultime|ultima versione|oggi|adesso|prezzo attuale|ultima|ultimo|ultimi|domani|
    questa settimana|recente|recenti|prezzo|aggiornato
  `,
  topic: `
    che cos'e|cos'e|cosa sono|chi ha|chi e|qual e la|qual e il|spiegami|spiega|cosa significa|quanto fa|quanti|
    quante|differenza tra|parlami|dove si trova|perche il cielo|perche il|perche la|come si dice|
    chi ha inventato|che ora|quanti anni|cosa cucino|cita tre|dammi cinque idee|a cosa serve|e vero|qual e stato|
    cos'era|ingredienti|quanti chilometri
  `,
  prose: `
    poesia|storia|racconto|barzelletta|lettera|ricetta|canzone|traduci|tradurre|tema su|discorso|messaggio|
    viaggio|dieta|codice fiscale|codice civile|codice postale|frase|gentilmente|dimissioni|regalo|cucinare|cena|
    pranzo|matrimonio|indovinello|slogan|riformula|vacanza|leggenda|sonetto
  `,
  mine: `mio|mia|miei|mie|nostro|nostra|nostri|nostre|nostro caso|gli utenti segnalano`,
};
