import type { Lexicon } from './concept.ts';

export const GERMAN: Lexicon = {
  make: `
    schreib|schreibe|schreiben|schreibst|implementier*|erstell|erstelle|erstellen|erzeug*|generier*|bau|baue|
    bauen|mach|mache|entwickle|entwickeln|programmier*|fuge|fug|hinzufugen|ergan*|leg an|lege an|code mir|
    einbauen|gib mir ein|gib mir eine|gib mir einen|leg|lege|richte ein|setze um|umsetzen|setz|automatisiere|
    verfasse|fuge hinzu|baust|machst|erstellst|bastel*
  `,
  change: `
    refaktor*|refactor*|wandle|umwandeln|wandel|konvertier*|benenne|umbenennen|optimier*|ubersetze diesen code|
    umschreiben|schreib um|schreibe um|ersetze|ersetzen|verschiebe|vereinfache|portier*|aktualisiere|andere|
    stelle um|umstellen|statt|anstelle|anstatt|asynchron|umbauen|bau um|baue um|zerlege die klasse|extrahiere*|
    loschen|losche|entferne|entfernen|kurze den code|bereinige|raume auf|aufraumen|beschleunige|schneller machen|
    passe an|anpassen|ubertrage|ubersetze nach|uberarbeite den code|zieh|ziehe|tausche|ersetz
  `,
  want: `
    ich brauche|brauche|ich mochte|ich will|ich hatte gern|soll|sollen|sollte|sollten|bitte|kannst du|
    konntest du|konnen sie|konnten sie|hilf mir|wir mussen|ich muss|du sollst|mal bitte|gib mir|zeig mir|
    zeige mir|ich suche|ich wunsche|hatte gern|wir brauchen|wir wollen|muss|mussen|schick mir|nenne mir|sag mir|
    fur unseren fall|in unserem fall
  `,
  code: `
    funktion|funktionen|klasse|klassen|methode*|code|programm|modul|module|algorithmus|abfrage*|schnittstelle|
    variable*|schleife|parameter|server|datei|dateien|zeilenweise|option|befehl*|datenbank|bibliothek|
    abhangigkeit*|endpunkt*|rest-endpunkt|skript*|paginierung|warenkorb|tests|test|anfrage|zeichenkette|
    logdatei*|liste|listen|objekt|objekte|objekten|ausgabe|eingabe|feld|felder|array|tabelle|spalte|zeile|zeilen|
    sortiere*|konfiguration|umgebungsvariable*|kommandozeile|schluessel|schlussel|anbindung|dienst|rekursiv*|
    rekursion|typen|typ|vererbung|export|import|bestellungen|konstante*|zeiger|speicher|protokollierung|befehl|
    anwendungsfall|webserver|nachricht queue|quelltext|quellcode|codezeile*|ordner|mails|e-mails|neue dateien|
    ausdruck|nachrichten|metriken
  `,
  artefact: `
    sql-abfrage*|unit-test*|unittest*|bash-skript*|shell-skript*|python-skript*|regularer ausdruck|
    regulare ausdrucke|lru-cache|rest-schnittstelle|python-funktion|sql-anweisung*|testfalle|komponententest*|
    integrationstest*|kommandozeilenprogramm|kommandozeilentool|webscraper|excel-formel|programm, das|
    programm das|funktion, die|skript, das|skript das|klasse, die|abfrage, die|methode, die|cron-ausdruck|
    schreib mir was in
  `,
  howto: `
    wie lese|wie kann ich|wie schreibe ich|wie mache ich|wie implementiere ich|wie erstelle ich|
    wie konvertiere ich|wie verwende ich|wie sortiere ich|wie parse ich|wie sortiere|wie kriege ich|
    wie bekomme ich|wie geht das in|wie verbinde|wie baue ich|wie teste ich|wie verwende|wie benutze ich|
    wie lasst sich|wie formatiere|wie rufe ich|wie setze ich|wie installiere
  `,
  fix: `
    behebe|beheben|behebt|repariere|reparieren|debugge*|lose das|lose den|lose dies*|losen|finde die ursache|
    ursache|woran liegt|was ist falsch|finde den fehler|fix|was lauft schief|was mache ich falsch|was ist da los|
    was stimmt nicht|woher kommt|beseitige|beseitigen|bring zum laufen|zum laufen|such den fehler|
    suche den fehler|analysiere den fehler|hilf mir bei|wo liegt|wo ist der fehler|korrigier*|behebst|beheb|
    losung fur
  `,
  fault: `
    fehler|fehlermeldung*|absturz|sturzt|abgesturzt|absturze|exception|bug|bugs|schlagen fehl|schlagt fehl|
    fehlgeschlagen|schlagen|hangt sich auf|kaputt|endlosschleife|speicherleck*|friert|startet standig|
    neu startet|standig neu|neustart|hangt|hanger|doppelt|verschwindet|ausfall|zeituberschreitung|absturzen|
    wirft|abbruch|bricht ab|blockiert|konflikt*|defekt|merkwurdig|komisch|zu langsam|sehr langsam|so langsam|
    dauert 30|dauert ewig|dauert zu|dauert sehr|falsche ergebnis*|falscher wert|bleiben hangen|hangen bleiben|
    bleibt hangen|doppelt verschickt|werden doppelt|zweimal|zwei mal|leere zeile|weiterleitungsschleife|
    nur unter windows|aber nicht in
  `,
  complaint: `
    geht nicht|geht nicht mehr|funktioniert nicht|funktioniert immer noch nicht|immer noch nicht|immer noch|
    bleibt leer|bekomme ich|ich bekomme|kommt immer|es kommt|stimmt nicht|klappt nicht|startet nicht|
    kompiliert nicht|beim start|mein programm|meine app|mein code|mein skript|seit gestern|standig neu|
    hort nicht auf|tut nichts|macht nichts|passiert nichts|lasst sich nicht|kann nicht|wird nicht|werden nicht|
    ist nicht mehr|schon wieder|nochmal dasselbe|wieder derselbe|derselbe fehler|gleiche fehler|
    was mache ich falsch|geht immer noch|lauft nicht|liefert nicht|gestern ging|fruher ging|nach dem update|
    seit dem update|bricht ab|wirft einen|sagt mir|erhalte ich|ich erhalte|gibt mir einen fehler|zu langsam|
    viel zu langsam|seit heute|fehlschlagen|nicht gefunden|seit dem umstieg|seit der umstellung|seit wir|
    seit ich|werden doppelt|wird doppelt|irgendwas stimmt|etwas stimmt nicht|bleiben die|stimmt etwas nicht|
    ist rot
  `,
  why: `warum|wieso|weshalb`,
  surface: `
    knopf|button|schaltflache*|menu|kopfzeile|fusszeile|formular*|anmeldeformular|seite|karten|komponente*|
    navigationsleiste|seitenleiste|dialog|symbol|schrift|schriftart|tabelle|bildergalerie|galerie|
    react-komponente|vue-komponente|uberschrift|uberschriften|titel|logo|eingabefeld*|auswahl|auswahlliste|
    reiter|karte|kacheln|kachel|liste der|preisseite|profilseite|loginseite|suchleiste|schalter|hinweis|banner|
    navigation|buttons|kalender|diagramm*|widget*|bild|bilder|bestatigungsdialog|ansicht|maske|grosser|kleiner|
    breiter|schmaler|farbe|farben|hintergrund|abstand|abstande|modern|moderner|hubscher|schoner|schick|handy|
    mobil|spalten|optik|schatten|aussehen|gestaltung|bildschirm*|tabellenkopf|scrollen|sichtbar|kontrast|lesbar|
    kombinationsfeld|hasslich*|schlicht
  `,
  style: `
    zentriere*|zentrier*|abgerundete|startseite|auf dem handy|auf mobilgeraten|verrutscht|gestalte*|
    benutzeroberflache*|dunkelmodus|dark-mode|hover-effekt|animation*|ausrichten|ausgerichtet|layout*|responsiv*|
    rechts aus|links aus|richte|rechtsbundig|linksbundig|mittig|hintergrundfarbe|schriftgrosse|bundig|uberlappt|
    uberlappen|abgeschnitten|mobile ansicht|ubergang|ubergange|oberflache|navigationsleiste|burger-menu|animiere|
    ausgeblendet|einblenden|barrierefrei*|raster|beim scrollen|stehen bleiben|fixiert|lesbarkeit|kopfzeile fix
  `,
  review: `
    reviewe|reviewen|review|uberprufe|uberprufen|prufe|prufen|begutachte*|schau dir|korrektur|bewerte*|
    beurteile*|was haltst du|gib mir feedback|feedback|code-review|kritisiere|sieh dir|lies mein|lies meine|
    blick auf|schau mal uber|schau mal auf|schau uber|wirf einen|wirf mal|deine meinung|was sagst du zu|
    in ordnung|ist das gut|ist das so richtig|passt das so|gegenlesen|lies gegen|durchsehen|drubersehen|
    drubergucken|beurteilung|rezensier*|habe ich etwas ubersehen|etwas ubersehen|kritisch|kontrolliere|bewertung|
    hier ist meine losung|hier mein code|wie kann ich sie verbessern|wie kann ich ihn verbessern|
    wie kann ich es verbessern|meine losung|sieht das gut aus|bist du sicher|noch einmal prufen|kommentiere
  `,
  changes: `
    die anderungen|meine anderungen|deine anderungen|zusammenfuhrung|mein pr|meinen pr|mein diff|diese anderung|
    letzten commit|letzter commit|anderungen
  `,
  flaws: `
    besser machen|verbessern|verbesserung*|sicherheitslucke*|sicherheitsproblem*|schwachstelle*|schwachen|
    bewerbungsschreiben|kritikpunkte|best practices|was wurdest du andern|wurdest du andern|anders machen|
    was fehlt|lucken|unsicher|rechtschreibung|grammatik|schreibfehler|tippfehler|nachteile|verbesserst|
    sicherheitsrisik*|sql-injection
  `,
  summary: `
    fasse|fass|zusammenfassen|zusammenfassung|zusammengefasst|kurze|kurzen|wichtigsten punkte|kernpunkte|
    hauptpunkte|kernaussage*|auf den punkt|in kurze|kurzer titel|kurzen titel|stichpunkten zusammen|
    worum geht es in|worum geht|um was geht|zwei satze|drei satzen|zwei satzen|ein satz|einem satz|
    in wenigen worten|wenigen satzen|kurzfassung|kurz zusammen|gib mir das wichtigste|das wichtigste|wesentliche|
    inhaltsangabe|uberblick uber den text|stichpunkte|stichpunkten|stichworten|kurzer machen|mach es kurzer|
    mach das kurzer|titel fur|uberschrift fur|ubersicht uber das gesprach|quintessenz|kernbotschaft|beschlossen|
    was wurde beschlossen|in funf zeilen|in drei zeilen|in zwei zeilen|drei zeilen|zwei zeilen|notizen:|
    notizen der sitzung|die fakten|kernfakten|reduziere den text
  `,
  plan: `
    plane die|plane den|plane das|plane eine|plane unser*|plane zuerst|planen|einen plan|den plan|ein plan|
    umsetzungsplan|fahrplan|strategie|schlage|schlag vor|zerlege|zerleg|teile das|in aufgaben|aufwand|schatze|
    wie sollten wir|wie sollte ich|phasen|konzept|in schritten|welche architektur|architektur|wie gehen wir vor|
    wie gehe ich vor|vorgehen|vorgehensweise|wie wurdest du|empfiehlst|empfehlung|schritte|schritten|
    schritt fur schritt|projektplan|zeitplan|ablaufplan|massnahmen|massnahmenplan|arbeitspakete|aufgabenliste|
    abwagen|vor- und nachteile|grobkonzept|feinkonzept|lastenheft|pflichtenheft|roadmap|was ware der beste weg|
    bester weg|wie strukturiere|strukturieren|aufbauen|skizziere|risiken und|meilenstein*|prioritaten|
    priorisier*|wechseln|umstieg|fur unseren fall|in unserem fall|fur meinen fall|sollten wir|sollen wir|
    wo fange ich an|wo soll ich anfangen|womit anfangen|was ist besser fur|idee fur eine app|loswerden|ablosen|
    ausserdem planen
  `,
  design: `entwirf|entwerfe|entwerfen|entwurf|skizziere|modelliere|konzipiere*`,
  project: `
    architektur|migration|migrieren|system|buchungssystem|projekt|plattform|anwendung|infrastruktur|monolith*|
    microservices|vorhaben|datenbank|sitzungen|umziehen|rollout|umzug|module und phasen|app|liefer-app|dienst|
    dienste|cloud|jenkins|github actions|portal|produkt|shop|webshop|backend|rechenzentrum|team|wochen|wechseln|
    umstieg|einfuhrung|modernisierung|altsystem|umbau|ausfallsicher*|marktplatz|plattformen|unseren fall|
    nachrichten pro sekunde|anfragen pro sekunde|durchsatz|altes modul
  `,
  nocode: `
    noch keinen code|ohne code|keinen code schreiben|schreib noch keinen|noch nicht programmieren|
    bevor wir programmieren|ohne etwas zu andern|noch nichts andern|noch nichts umsetzen|nichts implementieren|
    nur planen|nur ein plan|andere noch nichts|fass noch nichts an|erst mal nur
  `,
  lookup: `
    suche|such im|such mal|such mir|such nach|suchen|ruf|rufe|offne|offnen|schau in|schau nach|schlag nach|
    schlage nach|nachschlagen|google mal|googel|googeln|besuche|lade herunter|herunterladen|recherchier*|
    finde heraus|geh auf|sieh auf|sieh nach|schau auf|schau mal im|schau mal auf|prufe online|hol mir|hole mir|
    lies https|lies die seite|finde die|finde den|finde das|googele|ermittle|frag im|recherche|nachsehen|
    nachschauen|find mir|such|pruf das|pruf bitte|prufe das|uberprufe online|bestatige online|prufe im netz
  `,
  web: `
    im internet|im netz|im web|dokumentation|doku|nachrichten|webseite|website|offnungszeiten|online|bei google|
    offiziellen seite|offizielle seite|offizielle dokumentation|offiziellen|homepage|webseiten|artikel uber|
    studien|wetter|wechselkurs|kurs von|bahn.de|fahrplan|presse|suchmaschine|netz
  `,
  fresh: `
    aktuelle|aktuellen|aktueller|neueste|neuesten|heute|derzeit|im moment|benzinpreise*|gerade|aktuell|aktuelles|
    momentan|zurzeit|morgen|neue version|letzte version|preis|preise|wechselkurs
  `,
  topic: `
    was ist|was sind|wer hat|wer ist|wer war|erklar|erklare|erklaren|was bedeutet|wie heisst|wie viel|wie viele|
    unterschied zwischen|wie funktioniert|erzahl|wann war|wo liegt|was heisst|warum ist der|warum ist die|
    warum sind|warum gibt|warum hat|was koche|wer erfand|wofur steht|woher kommt das wort|welche farbe|
    welcher planet|welches land|wie alt|wie lange|wie weit|wie hoch|wie gross|nenne drei|wann wurde|was passiert|
    stimmt es, dass|woraus besteht|wozu dient|wie spat|wer bist du|wie sagt man|zutaten|welche zutaten|
    kilometer sind|wie schwer
  `,
  prose: `
    gedicht|geschichte|witz|brief|e-mail an|mail an|rezept|ein lied|ubersetze|ubersetzen|aufsatz|rede|
    gluckwunsch|nachricht|reise|urlaub|diat|trainingsplan|witze|satz|hoflicher|kundigung|kundigungsschreiben|
    geschenk|kochen|abendessen|mittagessen|hochzeit|trauerrede|marchen|ratsel|reim|slogan|umformulieren|
    formuliere|urlaubsplan|verhaltens*
  `,
  mine: `mein|meine|meinen|meinem|meiner|meines|unser*|unseren fall|unserem fall|nutzer melden|kunden melden`,
};
