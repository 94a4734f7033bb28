import type { Lexicon } from './concept.ts';

export const SPANISH: Lexicon = {
  make: `
    escribe|escribir|escribeme|escriba|implementa*|crea|crear|creame|cree|genera|generame|generar|haz|hazme|
    hacer|hacerme|desarrolla*|programa un|programa una|anade|anadir|agrega*|construye|construir|codifica|dame un|
    dame una|redacta un script|prepara un|monta un|configura|automatiza*|haz una|haz un|codificame|proporciona|
    muestrame como
  `,
  change: `
    refactoriza*|convierte|convertir|renombra*|optimiza*|transforma*|reescribe*|traduce este codigo|
    pasa este codigo|extrae el|mueve el|cambia el|cambia la|reemplaza*|actualiza el|simplifica este|pasa este|
    pasa esta|pasar a|en lugar de|en vez de|elimina|quita|borra el|mueve|cambiar el|separa|extrae|limpia|acelera|
    mejora el rendimiento|adapta|migra el codigo|porta este|intercambia|sustituye
  `,
  want: `
    necesito|quiero|quisiera|me gustaria|debe ser|debe tener|deberia|por favor|puedes|podrias|puede usted|
    ayudame|necesito que|quiero que|hay que|tienes que|me puedes|dame|muestrame|necesitamos|queremos|busco|
    me hace falta|tiene que|debe|deben|dime|se vea|que se vea|recomiendas|me recomiendas|para nuestro caso|
    en nuestro caso
  `,
  code: `
    funcion|funciones|clase|metodo|metodos|codigo|programa que|modulo|algoritmo|consulta|interfaz|variable*|
    bucle|parametro*|servidor|cadena|paginacion|prueba|pruebas|comando|archivo*|fichero*|base de datos|
    biblioteca|libreria|dependencia*|inyeccion de dependencias|peticion*|pedidos|lista|listas|objeto|objetos|
    diccionario|tabla|columna|fila|filas|linea|campo|campos|ordenar|filtrar|recorrer|carpeta|directorio|
    linea de comandos|variable de entorno|clave|claves|herencia|tipo|tipos|recursiva|recursivo|puntero|memoria|
    registro|registros|respuesta|ruta|rutas|token|usuario|salida|entrada|despliegue|contenedor|codigo fuente|
    compilador|exportar|importar|componente de clases|hilos|subproceso|correos|expresion cron|archivos nuevos|
    vigile una carpeta
  `,
  artefact: `
    consulta sql|pruebas unitarias|prueba unitaria|expresion regular|expresiones regulares|script de bash|
    test unitario*|tests unitarios|clase java|funcion que|programa que|clase que|consulta que|script que|
    script en python|pruebas de integracion|casos de prueba|herramienta de linea de comandos|formula de excel|
    macro de excel|comando de git|comando de linux|bot de telegram|bot de discord|expresion cron|algo en python
  `,
  howto: `
    como leo|como puedo|como hago|como se hace|como implemento|como creo|como convierto|como uso|como conecto|
    como ordeno|como ordenar|como conectar|como implementar|como crear|como recorrer|como filtro|como instalo|
    como llamo|como se puede|cual es la mejor forma|cual es la mejor manera|como lo hago|como hacer
  `,
  fix: `
    arregla*|corrige|corregir|soluciona*|depura*|encuentra el problema|encontrar el problema|la causa|resolver|
    resuelve|que esta mal|repara*|ayudame a encontrar|como lo soluciono|que estoy haciendo mal|que hago mal|
    que pasa|que ocurre|de donde viene|ayudame con este error|haz que funcione|como soluciono|como arreglo|
    como resuelvo|desbloquea|analiza este error|localiza el
  `,
  fault: `
    error|errores|fallo|fallos|fallan|falla|fallando|excepcion|bug|se cuelga|se cae|se bloquea|bloquea|cuelga|
    revienta|roto|rota|bucle infinito|fuga de memoria|reinicia*|incorrecto|incorrecta|rechaza*|desaparece|raro|
    extrano|conflicto*|caido|caida|corrupto|duplica|duplicados|salta|congela|permiso denegado|tiempo de espera|
    muy lento|muy lenta|demasiado lento|tarda 30|tarda mucho|tarda demasiado|sale vacio|esta vacio|dos veces|
    duplicado|se quedan colgados|se queda colgado|colgados|linea vacia|pero no en|solo en windows|se envian dos
  `,
  complaint: `
    no funciona|no me funciona|no se por que|me sale|me da|me devuelve|tengo este|sigue fallando|sigue sin|
    no compila|no arranca|al compilar|al ejecutar*|pantalla en blanco|deja de funcionar|en local pasan|
    mi programa|mi aplicacion|mi codigo|al cerrar la ventana|me aparece|aparece un|aparece el|no carga|
    no se muestra|no se ve|no se actualiza|no hace nada|no puedo|no consigo|no encuentro|se me|lo mismo|
    mismo error|mismo problema|ayer funcionaba|antes funcionaba|funcionaba|despues de actualizar|desde ayer|
    desde la actualizacion|lanza|arroja|obtengo|da error|da un error|me da error|me da un|todo el tiempo|
    sin parar|demasiado lento|tarda mucho|que estoy haciendo mal|otra vez lo mismo|otra vez el mismo|
    no, otra vez|desde que actualice|desde que|se envian dos veces|algo va mal|algo anda mal|se quedan|
    esta en rojo
  `,
  why: `por que|porque sale`,
  surface: `
    boton|botones|menu|cabecera|pie de pagina|formulario*|pagina|tarjeta*|componente*|barra de navegacion|
    barra lateral|ventana modal|icono*|fuente|tabla|galeria|titulo|titulos|texto|logo|pestana*|campo de texto|
    lista desplegable|banner|navegacion|buscador|interruptor|calendario|grafico*|imagen|imagenes|carrusel|
    pantalla|vista|ventana|seccion|pagina de precios|pagina de perfil|pagina de login|dialogo|mas grande|
    mas pequeno|color|colores|fondo|moderno|moderna|mas bonito|bonita|cortado|columnas|telefono|sombra|estilo|
    estilos|cabecera de la tabla|desplazamiento|visible|contraste|legible|feo
  `,
  style: `
    centra un|centra el|centra la|centrar un*|centrarlo|bordes redondeados|esquinas redondeadas|efecto al pasar|
    al pasar el raton|pagina de inicio|menu lateral|en movil|en el movil|debe ser verde|debe ser azul|
    debe ser rojo|diseno web|interfaz de usuario|modo oscuro|maqueta|animacion*|a la izquierda|a la derecha|
    alinea*|agranda|espaciado|margen|margenes|tamano de letra|se solapa|solapan|movil|pantallas pequenas|diseno|
    cuadricula|accesible|accesibilidad|carrusel|hacer scroll|al hacer scroll|quede fija|quede fijo|legibilidad
  `,
  review: `
    revisa|revisar|revisame|revision|evalua|evaluar|evalue|evaluame|critica mi|critica este|dame tu opinion|
    que opinas|audita*|comprueba|echa un vistazo|echale un vistazo|retroalimentacion|echale un ojo|echa un ojo|
    un vistazo|esta bien escrita|esta bien escrito|esta bien hecho|es correcto|esta correcto|tu opinion|
    opinion sobre|valora|valorame|critica|analiza mi codigo|analiza este codigo|corrige mi texto|mira mi codigo|
    mira mi|inspecciona|verifica|aqui esta mi solucion|esta es mi solucion|aqui esta mi codigo|
    como la puedo mejorar|como lo puedo mejorar|como puedo mejorar mi|como mejorarlo|estas seguro|
    comenta la calidad
  `,
  changes: `
    los cambios|mis cambios|solicitud de cambios|este parche|mi pr|mi pull request|este diff|mi diff|
    ultimo commit|antes de que lo fusione|fusione|cambios
  `,
  flaws: `
    mejorarias|mejoras|mejorar|puntos debiles|vulnerabilidad*|fallo de seguridad|fallos de seguridad|
    problemas de seguridad|senala los errores|senala|buenas practicas|debilidad*|carta de presentacion|
    que cambiarias|cambiarias|me falta|se me escapa|inseguro|ortografia|gramatica|erratas|legibilidad|defectos|
    que se puede mejorar|problemas de rendimiento|inyeccion sql|riesgos de seguridad
  `,
  summary: `
    resumir|resumeme|resumen|resumelo|resumela|resumas|sintetiza*|ideas principales|puntos principales|
    puntos clave|ideas clave|acorta|acortame|condensa*|en pocas palabras|titulo corto|titulo breve|extracto|
    de que trata|de que va|de que habla|en dos lineas|en dos frases|en tres frases|en una frase|en un parrafo|
    en pocas frases|haz un resumen|resumen ejecutivo|lo esencial|lo mas importante|mas corto|version corta|
    en 100 palabras|vinetas|idea principal|acta|titulo para|conclusiones principales|resume el|resume la|
    resume los|resume las|resume este|resume esta|resume estos|resume lo|resume en|resume mis|resume tu|
    resume brevemente|resume todo|que decidieron|decidieron en la reunion|en cinco lineas|en tres lineas|notas:|
    datos clave|reduce este texto|reduce el texto
  `,
  plan: `
    planifica*|planea*|un plan|plan paso a paso|plan de|hoja de ruta|estrategia|propon|proponme|propone|
    divide este|divide el|en tareas|estimaciones|elabora un plan|como deberiamos|como deberia estructurar|fases|
    por fases|desglosa*|plan para|que arquitectura|arquitectura|recomiendas|recomiendame|los pasos|pasos|
    que pasos|como organizar|como abordar|como procederias|por donde empezar|necesito un plan|plan de proyecto|
    cronograma|requisitos|especificacion|ventajas y desventajas|pros y contras|opciones|hitos|tareas|prioriza*|
    riesgos|como lo harias|esquema|boceto|para nuestro caso|en nuestro caso|para mi caso|deberiamos usar|
    deberiamos|cual elegir|cual elegimos|tengo una idea para|lista de medidas|medidas para|por donde empiezo
  `,
  design: `disena|disenar|diseneme|diseno de|esboza|modela|concibe`,
  project: `
    arquitectura|migracion|migrar|sistema|proyecto|plataforma|aplicacion|nube|infraestructura|monolito|
    microservicios|despliegue|modulos|servidor a|sesiones|lanzar|producto|app|app de|pasar de|cambiar de|portal|
    tienda|backend|jenkins|github actions|equipo|semanas|marketplace|servicio|servicios|software|mudanza|
    rediseno|reparto|nuestro caso|mensajes por segundo|peticiones por segundo|rendimiento
  `,
  nocode: `
    sin escribir codigo|no escribas codigo|sin codigo|todavia no escribas|antes de programar|
    antes de escribir codigo|sin modificar nada|no modifiques nada|no implementes|solo el plan|solo un plan|
    no toques nada|sin implementar
  `,
  lookup: `
    busca en|busca|buscar|buscame|abre|abrir|consulta la|consulta el|consultar|visita|entra en|ve a|descarga*|
    navega|averigua|mira en|mira la|mirame|lee https|lee la pagina|encuentra|encuentrame|investiga|comprueba en|
    entra a|dame el precio|consigue|haz una busqueda|googlea*|compruebalo en linea|compruebalo|verificalo|
    verifica en linea|confirma en linea
  `,
  web: `
    en internet|en la web|en google|documentacion|noticias|pagina web|sitio|horario del|horario de|en linea|
    sitio web|web oficial|pagina oficial|documentacion oficial|sitio oficial|articulos sobre|articulos recientes|
    el tiempo en|tipo de cambio|cotizacion|prensa|internet|google|wikipedia
  `,
  fresh: `
    ultimas|ultima version|ultimo|actual|actuales|hoy|ahora mismo|mas reciente|precio de|recientes|ultima|
    ultimos|ahora|manana|esta semana|este mes|reciente|al dia|precio|cotizacion
  `,
  topic: `
    que es|que son|quien|quienes|cual es|cuales son las diferencias|explicame|explica|que significa|cuanto es|
    cuantos|cuantas|diferencia entre|hablame de|por que el cielo|en que ano|donde esta|cuando fue|dime quien|
    por que el|por que la|por que los|como se dice|quien invento|que hora|cuantos anos|que hago de cenar|
    nombra tres|dame cinco ideas|para que sirve|es verdad|es cierto|en que consiste|cual fue|hablame|
    ingredientes|cuantos kilometros
  `,
  prose: `
    poema|cuento|historia|chiste|carta|correo|receta|cancion|traduce|traducir|ensayo|discurso|felicitacion|viaje|
    dieta|codigo postal|codigo civil|frase|amablemente|renuncia|regalo|cocinar|cena|comida|boda|adivinanza|
    eslogan|reformula|vacaciones|leyenda|verso|soneto
  `,
  mine: `mi|mis|nuestr*|nuestro caso|los usuarios informan|los clientes dicen`,
};
