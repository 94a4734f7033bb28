import type { Lexicon } from './concept.ts';

export const FRENCH: Lexicon = {
  make: `
    ecris|ecrire|ecrivez|m'ecrire|implemente*|cree|creer|creez|genere|generer|fais|faire|fais-moi|developpe*|
    ajoute*|construis|construire|programme une|programme un|code-moi|realise*|donne-moi un|donne-moi une|redige|
    rediger|mets en place|mettre en place|configure|configurer|automatise|automatiser|fabrique|bricole|fournis|
    prepare un script|montre-moi comment
  `,
  change: `
    refactorise*|convertis|convertir|convertissez|renomme|renommer|optimise*|transforme*|reecris|reecrire|
    traduis ce code|extrais le|remplace*|deplace*|simplifie ce|passe ce code|mets a jour|modifie*|change la|
    change le|passe cette|passe ce|passer en|au lieu de|en asynchrone|asynchrone|supprime|supprimer|enleve|
    retire|decoupe la classe|extrais|extraire|nettoie|nettoyer|accelere|accelerer|rends plus rapide|adapte|
    adapter|porte ce|migre le code|deplacer|echange|inverse
  `,
  want: `
    j'ai besoin|il me faut|je veux|je voudrais|j'aimerais|doit etre|doivent etre|devrait|s'il te plait|
    s'il vous plait|peux-tu|pourrais-tu|pouvez-vous|pourriez-vous|tu peux|vous pouvez|aide-moi|il faut|
    j'aimerais que|merci de|stp|svp|donne-moi|montre-moi|il nous faut|nous voulons|on veut|on voudrait|
    je cherche|j'aurais besoin|dois|doit|doivent|dis-moi|indique-moi|pour notre cas|dans notre cas
  `,
  code: `
    fonction|fonctions|classe|methode*|code|programme qui|module*|algorithme|requete*|interface|variable*|boucle|
    parametre*|serveur|fichier*|dossier|pagination|test|tests|commande|base de donnees|bibliotheque|dependance*|
    file de priorite|chaine de caracteres|api|liste|listes|objet|objets|dictionnaire|tableau|colonne|ligne|
    lignes|champ|champs|tri|trier|sauvegarder|sauvegarde|repertoire|variable d'environnement|ligne de commande|
    cle|cles|heritage|type|types|recursif|recursive|recursivite|pointeur|memoire|journal|journaux|requete|
    reponse|route|routes|jeton|utilisateur|commandes|sortie|entree|deploiement|conteneur|code source|compilateur|
    exporter|importer|mails|e-mails|nouveaux fichiers|surveille un dossier|expression cron
  `,
  artefact: `
    requete sql|tests unitaires|test unitaire|expression reguliere|expressions regulieres|script bash|
    script shell|api rest|script qui|fonction qui|programme qui|classe qui|requete qui|script python|
    test d'integration|tests d'integration|cas de test|outil en ligne de commande|formule excel|jeu de tests|
    macro excel|robot discord|commande git|commande linux|expression cron|un truc en python
  `,
  howto: `
    comment lire|comment faire pour|comment puis-je|comment je peux|comment implementer|comment creer|
    comment convertir|comment utiliser|comment parser|comment trier|comment on fait|comment faire|
    comment fait-on|comment connecter|comment tester|comment appeler|comment installer|comment configurer|
    quelle est la meilleure facon|comment parcourir|comment savoir
  `,
  fix: `
    corrige*|repare*|resous|resoudre|debogue*|debugge*|debug|trouver la cause|trouve la cause|trouve le probleme|
    que faire|qu'est-ce qui ne va pas|d'ou vient|aide-moi a trouver|regle ce|regler ce|comment savoir pourquoi|
    qu'est-ce qui cloche|ce qui cloche|d'ou ca vient|que se passe-t-il|aide-moi a corriger|aide-moi a resoudre|
    analyse cette erreur|debloque|fais marcher|fais fonctionner|comment resoudre|comment corriger|solution a
  `,
  fault: `
    erreur*|bug|bugs|exception|exceptions|plante|plantage|plantent|echoue*|echouent|casse|boucle infinie|
    fuite memoire|fuite de memoire|bloque|est faux|est fausse|redemarre|redemarre en boucle|lenteur|rame|
    incorrect|incorrecte|panne|refusee|manquant|disparait|bizarre|etrange|conflit|conflits|timeout|delai depasse|
    corrompu|saute|fige|gele|fuite|segmentation|trop lent|trop lente|tres lent|est vide|valeur fausse|en double|
    deux fois|restent bloques|reste bloque|bloques|ligne vide|mais pas dans|seulement sous windows
  `,
  complaint: `
    ne marche pas|marche pas|ne fonctionne pas|ne fonctionne plus|ne marche plus|j'obtiens|obtiens toujours|
    j'ai cette|j'ai une erreur|page blanche|encore une erreur|ne s'arrete jamais|ne s'arrete pas|ne compile pas|
    toujours pas|depuis la mise a jour|mon application|mon programme|mon code|mon script|au demarrage|en boucle|
    qu'est-ce que je fais mal|je fais mal|ne veut pas|ne demarre pas|ne s'affiche pas|ne s'affiche plus|
    ne se lance pas|n'apparait pas|ca plante|ca bloque|ca rame|toujours la meme|meme erreur|meme probleme|
    hier ca marchait|avant ca marchait|ca marchait|apres la mise a jour|depuis hier|depuis ce matin|j'ai un|
    j'ai l'erreur|me renvoie|renvoie une|affiche une erreur|leve une|impossible de|n'arrive pas|j'arrive pas|
    je n'arrive pas|trop lent|beaucoup trop|depuis la migration|depuis que j'ai|depuis que|partent en double|
    quelque chose cloche|quelque chose ne va pas|restent bloques|est rouge
  `,
  why: `pourquoi`,
  surface: `
    bouton*|menu|en-tete|pied de page|formulaire*|page|cartes|composant*|barre de navigation|barre laterale|
    fenetre modale|icone*|la police|police de caracteres|tableau|galerie*|titre|titres|logo|onglet|onglets|
    champ de saisie|liste deroulante|carte|bandeau|navigation|barre de recherche|menu burger|interrupteur|
    calendrier|graphique*|image|images|ecran|vue|boite de dialogue|fenetre|section|page de tarifs|page de profil|
    page de connexion|plus grand|plus petit|couleur|couleurs|fond|moderne|plus joli|jolie|beau|coupe|colonnes|
    telephone|ombre|style|en-tete du tableau|defilement|visible|contraste|lisible|moche
  `,
  style: `
    centrer une|centrer un|centre la|centre le|coins arrondis|bords arrondis|au survol|page d'accueil|sur mobile|
    maquette*|interface utilisateur|mode sombre|deborde|mise en page|animation*|doit etre rouge|doit etre bleu|
    doit etre vert|a droite|a gauche|aligne*|aligner|agrandis|agrandir|reduis la taille|elargis|arriere-plan|
    espacement|marge|marges|taille de police|depasse|chevauche*|petits ecrans|ergonomie|barre de navigation fixe|
    grille|accessible|accessibilite|au defilement|rester visible|reste visible|lisibilite
  `,
  review: `
    relis|relire|relecture|revue de code|revue du code|evalue*|critique mon|critique ce|critique ma|
    que penses-tu|qu'en penses-tu|donne-moi ton avis|ton avis sur|audite*|verifie*|jette un oeil|passe en revue|
    revoir mon|regarder mon code|regarde mon code|regarde ma|regarde mon|jeter un oeil|jette un coup d'oeil|
    coup d'oeil|un avis|avis sur|donne ton avis|est-ce correct|c'est correct|est-ce que c'est bon|
    c'est bien ecrit|controle*|analyse mon code|analyse ce code|note mon|corriger mon texte|regard critique|
    critique|voici ma solution|voici mon code|puis-je l'ameliorer|comment l'ameliorer|comment ameliorer mon|
    tu es sur|es-tu sur|commente
  `,
  changes: `
    tes changements|mes changements|les changements|les modifications|mes modifications|demande de fusion|ma pr|
    ma pull request|mon diff|ce diff|dernier commit|mes modifs|modifications|changements
  `,
  flaws: `
    ameliore|ameliorer|ameliorations|etre amelior*|faille*|vulnerabilite*|points faibles|corrige les fautes|
    fautes|faiblesse*|bonnes pratiques|lettre de motivation|problemes de securite|niveau securite|
    que changerais-tu|tu changerais|ce que tu changerais|a revoir|manque-t-il|orthographe|grammaire|coquilles|
    lisibilite|defauts|mieux faire|oublie quelque chose|injection sql|risques de securite|question securite|
    point de vue securite
  `,
  summary: `
    resume cet|resume ce|resume le|resume la|resume les|resume moi|resume-moi|resumer|resumez|un resume|
    le resume|synthetise*|synthese|points cles|points principaux|idees principales|idees cles|raccourci*|en bref|
    condense*|titre court|titre a cette conversation|en quelques mots|de quoi parle|de quoi il s'agit|
    de quoi traite|en deux phrases|en trois phrases|en une phrase|en quelques phrases|en un paragraphe|
    fais un resume|l'essentiel|les grandes lignes|version courte|plus court|fais plus court|en 100 mots|puces|
    liste a puces|idee principale|compte rendu|compte-rendu|titre pour|qu'est-ce qu'ils ont decide|
    ont decide en reunion|decide en reunion|en cinq lignes|en trois lignes|en deux lignes|notes :|
    faits essentiels|reduis ce texte
  `,
  plan: `
    planifie*|un plan|plan d'implementation|plan d'action|feuille de route|strategie|propose*|decoupe*|en taches|
    estime*|etablis un plan|etape par etape|comment devrions-nous|comment devrait-on|comment structurer|phases|
    plan pour|quelle architecture|architecture|conseilles-tu|recommandes-tu|me recommandes|me conseilles|
    les etapes|etapes|quelles etapes|comment organiser|comment proceder|comment s'y prendre|par ou commencer|
    planning|calendrier du projet|plan de projet|cahier des charges|specifications|avantages et inconvenients|
    comparer les options|peser|jalons|lots|backlog|priorise*|risques|comment aborder|demarche|esquisse|
    pour notre cas|dans notre cas|pour mon cas|devrions-nous|faut-il choisir|par quoi commencer|
    j'ai une idee d'appli|liste de mesures|mesures pour|lequel choisir
  `,
  design: `concois|concevoir|concevez|conception|esquisse|modelise|imagine l'architecture`,
  project: `
    architecture|migration|migrer|systeme|projet|plateforme|application|infrastructure|monolithe|microservices|
    deploiement|base de donnees|sessions|lancement|appli|cloud|site de|portail|boutique|produit|backend|refonte|
    passage|jenkins|github actions|equipe|semaines|place de marche|systeme d'information|billetterie|service|
    services|logiciel|notre cas|messages par seconde|requetes par seconde|debit
  `,
  nocode: `
    sans ecrire de code|n'ecris pas de code|pas de code|sans code|avant de coder|avant d'ecrire du code|
    sans rien modifier|ne modifie rien|n'implemente rien|juste un plan|seulement un plan|ne touche a rien|
    sans implementer
  `,
  lookup: `
    cherche*|va sur|aller sur|ouvre|ouvrir|consulte*|visite|telecharge*|parcours le site|navigue|trouve sur|
    regarde sur|regarde dans|va voir|verifie sur|lis https|lis la page|trouve-moi|trouve le|trouve la|trouve des|
    donne-moi le cours|renseigne-toi|fais une recherche|recherche*|verifie en ligne|verifie sur internet|
    confirme en ligne|verifier en ligne
  `,
  web: `
    sur internet|sur le web|sur google|documentation|actualites|site|site web|horaires du|horaires de|en ligne|
    page web|site officiel|documentation officielle|page officielle|articles sur|articles recents|meteo|
    taux de change|cours de|horaires|presse|internet|moteur de recherche|google
  `,
  fresh: `
    derniere version|dernieres|dernier|actuel|actuelle|aujourd'hui|en ce moment|recent*|prix de|quoi de neuf|
    de neuf|derniere|actuels|actuelles|a jour|demain|ce soir|maintenant|cours de|prix|actuel pdg|l'actuel
  `,
  topic: `
    qu'est-ce que|qu'est ce que|c'est quoi|qui a|qui est|quelle est|quel est|quels sont les pays|explique-moi|
    explique|combien|difference entre|que signifie|que veut dire|parle-moi de|en quelle annee|ou se trouve|
    pourquoi le|pourquoi la|pourquoi les|qui a invente|comment dit-on|comment ca va|comment vas-tu|quel age|
    quelle heure|cite trois|cite-moi|donne-moi cinq idees|a quoi sert|qu'est-ce qui|est-il vrai|quand a|
    quelle difference|qui etait|ou est|pour quelle raison|ingredients|combien de kilometres|
    quels sont les ingredients
  `,
  prose: `
    poeme|histoire|blague|lettre|courriel|mail|recette|chanson|traduis|traduire|une dissertation|discours|
    anniversaire|voyage|au regime|code civil|code postal|code de la route|phrase|poliment|demission|cadeau|
    cuisine|diner|dejeuner|mariage|conte|devinette|slogan|reformule|reformuler|vacances|legende|post linkedin|
    fable|sonnet|un message pour
  `,
  mine: `mon|ma|mes|notre|nos|notre cas|les utilisateurs signalent|les clients signalent`,
};
