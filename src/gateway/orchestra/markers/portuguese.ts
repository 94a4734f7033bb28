import type { Lexicon } from './concept.ts';

export const PORTUGUESE: Lexicon = {
  make: `
    escreva|escrever|escreve|implemente|crie|criar|gere|gerar|faca|fazer|desenvolva|adicione|adicionar|adiciona|
    construa|monte|cria um|cria uma|me da um|me da uma|me de um|me de uma|faca um|faca uma|monta um|configure|
    automatize|prepare um|codifique|forneca
  `,
  change: `
    refatore|refatora*|converta|converter|renomeie|renomear|otimize|otimizar|transforme|reescreva|substitua|
    traduza este codigo|mova o|atualize o|simplifique este|em vez de|ao inves de|passe para|passar para|troque|
    trocar|remova|remover|exclua|altere|alterar|mude o|mude a|separe|extraia|limpe|acelere|adapte|migre o codigo|
    assincrona|assincrono
  `,
  want: `
    preciso|quero|gostaria|deve ser|precisa ficar|precisa ser|deveria|por favor|voce pode|pode me|poderia|
    me ajude|ajude-me|preciso que|quero que|consegue|temos que|me da|me de|me mostre|precisamos|queremos|busco|
    tem que|deve|devem|me diga|recomenda|voce recomenda|no nosso caso
  `,
  code: `
    funcao|funcoes|classe|codigo|programa que|modulo|algoritmo|consulta|variavel|variaveis|laco|servidor|arquivo|
    paginacao|teste|testes|comando|banco de dados|biblioteca|dependencia*|duplicados|metodo|lista|listas|objeto|
    objetos|dicionario|tabela|coluna|linha|linhas|campo|campos|ordenar|filtrar|pasta|diretorio|linha de comando|
    variavel de ambiente|chave|heranca|tipo|tipos|recursiva|memoria|registro|registros|resposta|rota|rotas|token|
    usuario|saida|entrada|container|codigo fonte|compilador|endpoint|script|e-mails|emails|expressao cron|
    novos arquivos
  `,
  artefact: `
    consulta sql|testes unitarios|teste unitario|expressao regular|expressoes regulares|script bash|
    injecao de dependencia|servidor http|funcao que|programa que|script que|script em python|classe que|
    consulta que|testes de integracao|casos de teste|formula do excel|bot do telegram|comando git|expressao cron
  `,
  howto: `
    como faco|como posso|como ler|como implementar|como criar|como converter|como usar o|como ordeno|
    como ordenar|como conectar|como filtrar|como instalo|como fazer|qual a melhor forma|qual a melhor maneira|
    como eu faco|como converto|como leio
  `,
  fix: `
    corrija|corrigir|conserte|consertar|resolva|resolver|depure|depurar|encontre o problema|ache o erro|
    descubra a causa|causa do|o que esta errado|o que estou fazendo de errado|fazendo de errado|
    o que ha de errado|de onde vem|me ajude a corrigir|faca funcionar|como resolvo|como corrijo|
    o que esta acontecendo|conserta|arruma|arrume|acha o bug
  `,
  fault: `
    erro|erros|falha|falham|falhando|falhou|excecao|bug|trava|travando|travou|quebrado|loop infinito|
    vazamento de memoria|quebra|reiniciando|reinicia|recusado|faltando|estranho|conflito*|caiu|corrompido|
    congela|permissao negada|tempo esgotado|muito lento|muito lenta|demora muito|resultado errado|duas vezes|
    duplicado|travados|linha vazia|mas nao no
  `,
  complaint: `
    nao funciona|nao esta funcionando|continua dando|ainda nao|meu aplicativo|meu programa|meu codigo|meu script|
    tela branca|nao compila|retorna undefined|parou de funcionar|esta dando|fica reiniciando|aparece um|
    aparece o|nao inicia|nao carrega|nao aparece|nao atualiza|nao faz nada|nao consigo|de novo|mesma coisa|
    mesmo erro|mesmo problema|ontem funcionava|funcionava|depois de atualizar|desde ontem|lanca|da erro|
    da um erro|recebo|muito lento|demora muito|o tempo todo|sem parar|continua|desde que atualizei|desde que|
    enviados duas vezes|algo errado|esta vermelho
  `,
  why: `por que|porque este`,
  surface: `
    botao|botoes|pagina|formulario*|cabecalho|rodape|componente*|barra lateral|barra de navegacao|icone*|tela|
    tabela|carrossel|cartao|cartoes|titulo|titulos|texto|logo|aba|abas|campo de texto|banner|navegacao|busca|
    calendario|grafico*|imagem|imagens|vista|janela|secao|menu|pagina de precos|pagina de login|maior|menor|cor|
    cores|fundo|moderno|moderna|mais bonito|bonita|cortado|colunas|sombra|cabecalho da tabela|rolar|visivel|
    contraste|legivel|feio
  `,
  style: `
    centralize|centralizar|bordas arredondadas|cantos arredondados|ao passar o mouse|pagina inicial|no celular|
    ficar azul|ficar verde|ficar vermelho|interface do usuario|modo escuro|estilize|a direita|a esquerda|alinhe|
    alinhar|aumente|diminua|espacamento|margem|margens|tamanho da fonte|sobrepoe|celular|telas pequenas|grade|
    acessivel|navegacao fixa|ao rolar|ficar fixo|fixo ao
  `,
  review: `
    revise|revisar|revisao|avalie|avaliar|analise este|analise esse|analise o codigo|o que voce acha|verifique|
    de sua opiniao|critique|da uma olhada|de uma olhada|dar uma olhada|esta correto|esta certo|esta bom|
    sua opiniao|opiniao sobre|critica|analise meu codigo|olhe meu codigo|olha meu|corrija meu texto|inspecione|
    verifica|aqui esta minha solucao|minha solucao|como posso melhorar|como melhorar meu|tem certeza
  `,
  changes: `
    as mudancas|minhas mudancas|as alteracoes|minhas alteracoes|meu pr|minha pr|este diff|ultimo commit|mudancas|
    alteracoes
  `,
  flaws: `
    melhorias|melhorar|falha de seguranca|falhas de seguranca|vulnerabilidade*|pontos fracos|aponte|
    boas praticas|o que voce mudaria|mudaria|falta algo|inseguro|injecao de sql|ortografia|gramatica|
    legibilidade|defeitos|o que pode melhorar|pode ser melhorado|riscos de seguranca
  `,
  summary: `
    resuma|resumir|resumo|resume para mim|sintetize|pontos principais|pontos-chave|ideias principais|encurte|
    titulo curto|em poucas palavras|do que trata|do que se trata|do que fala|em duas frases|em tres frases|
    em uma frase|em poucas frases|em um paragrafo|faca um resumo|resumo executivo|o essencial|mais importante|
    mais curto|versao curta|em 100 palavras|topicos|ideia principal|ata da|titulo para|o que decidiram|
    decidiram na reuniao|em cinco linhas|em tres linhas|notas:|fatos principais|reduza o texto
  `,
  plan: `
    planeje|planejar|um plano|plano passo a passo|plano de|roteiro|estrategia|proponha|divida o|divida este|
    em tarefas|estime|como devemos|fases|cronograma|que arquitetura|qual arquitetura|arquitetura|recomenda|
    os passos|passos|que passos|como organizar|como abordar|por onde comecar|plano de projeto|requisitos|
    especificacao|pros e contras|vantagens e desvantagens|opcoes|marcos|tarefas|priorize|riscos|esboce|
    no nosso caso|para o nosso caso|devemos usar|qual escolher|tenho uma ideia de|lista de medidas
  `,
  design: `projete|projetar|desenhe a arquitetura|esboce|modele`,
  project: `
    arquitetura|migracao|migrar|sistema|projeto|plataforma|aplicacao|nuvem|infraestrutura|monolito|
    microsservicos|banco de dados|app|app de|mudar de|sair do|portal|loja|produto|backend|jenkins|github actions|
    equipe|semanas|marketplace|servico|servicos|software|entregas|nosso caso|mensagens por segundo|
    requisicoes por segundo
  `,
  nocode: `
    sem escrever codigo|nao escreva codigo|antes de codar|sem codigo|nao implemente|nao altere nada|so o plano|
    apenas o plano|sem implementar|nao mexa
  `,
  lookup: `
    pesquise|pesquisar|procure|busque|acesse|acessar|abra|abrir|consulte|visite|baixe|veja no|veja na|ver no|
    olhe no|leia https|leia a pagina|encontre|investigue|confira no|confira|entre no|faca uma busca|google|
    verifique online|confirme online|verifica online
  `,
  web: `
    na internet|na web|no google|documentacao|noticias|novidades|pagina web|online|site oficial|pagina oficial|
    documentacao oficial|artigos sobre|artigos recentes|previsao do tempo|cambio|imprensa|internet|site
  `,
  fresh: `
    atual|atuais|mais recente|ultimas|ultima versao|hoje|agora|cotacao|preco do|ultima|ultimo|ultimos|amanha|
    esta semana|recente|recentes|preco|mais novo
  `,
  topic: `
    o que e|o que sao|quem|qual e|quais sao os paises|explique|explica|o que significa|quanto e|quantos|quantas|
    diferenca entre|fale sobre|onde fica|por que o ceu|por que o|por que a|como se diz|quem inventou|que horas|
    quantos anos|o que faco para o jantar|cite tres|me de cinco ideias|para que serve|e verdade|qual foi|
    o que foi|ingredientes|quantos quilometros
  `,
  prose: `
    poema|historia|conto|piada|carta|receita|musica|traduza|traduzir|redacao|discurso|viagem|dieta|
    codigo de barras|codigo civil|frase|educadamente|demissao|presente|cozinhar|jantar|almoco|casamento|adivinha|
    slogan|reformule|ferias|lenda|soneto
  `,
  mine: `meu|minha|meus|minhas|nosso|nossa|nossos|nossas|nosso caso|os usuarios relatam`,
};
