import type { Lexicon } from './concept.ts';

/** Words that programmers of every language use as they are. */
export const ANY_LANGUAGE: Lexicon = {
  artefact: `
    regex|regexp|docker-compose|makefile|github action*|ci pipeline|sql|graphql|unittest*|unit test*|unit-test*|
    lru|middleware|webhook|cron job|cronjob|singleton|async/await|quicksort|mergesort|binary search|hashmap|
    linked list|rest api|rest-api|restful|api rest|rest endpoint|rest-endpunkt|helm chart|terraform module|
    typescript interface|type annotation*|type hint*|dockerfile*|k8s|kubernetes manifest|helm|ansible*|playbook|
    fizzbuzz|tic-tac-toe|two sum|dijkstra*|bfs|dfs|undo/redo|debounce|throttle|crud*|boilerplate|
    select statement|group by|left join|inner join|css selector|userscript|bookmarklet|discord bot|telegram bot|
    chrome extension|tampermonkey|stored procedure|cron|leetcode|sftp|o(n)|appsettings.json
  `,
  code: `
    api|bash|cli|endpoint*|script|json|csv|xml|yaml|parser|queue|cache|frontend|backend|async|http server|
    websocket*|array*|string|boolean|integer|null pointer|iterator*|decorator*|todo app|webhook*|handler*|
    callback*|plugin*|docstring*|config|ssh|cli tool|oauth|jwt|thread*|mutex|pod|pods|container|cronjobs|lambda|
    payload|hash table|heap|graphql schema|linq|orm|dto|enum*|tuple*|readme|changelog|localhost|tcp|grpc|
    protobuf|ci|ci/cd|repo
  `,
  language: `
    python*|javascript|typescript|node.js|nodejs|node|java|kotlin|rust|golang|in go|en go|em go|auf go|go语言|
    用go|用 go|goで|go로|на go|c++|c#|php|ruby|swift|scala|haskell|elixir|perl|matlab|lua|bash*|powershell|
    django|flask|fastapi|express|prisma|spring boot|laravel|rails|numpy|pandas|polars|pytorch|terraform|
    kubernetes|docker|postgres*|mysql|mongodb|redis|sqlite|jest|pytest|playwright|webpack|vite|npm|deno|bun|js|
    ts|.net|asp.net|objective-c|dart|flutter|zig|ocaml|clojure|erlang|fortran|cobol|solidity|vba|excel vba|
    google apps script|sqlalchemy|hibernate|symfony|nestjs|next.js|nuxt|nextjs|fiber|gin|axum|tokio|actix|
    sklearn|scikit-learn|tensorflow|keras|opencv|selenium|puppeteer|cypress|vitest|junit|gradle|maven|cargo|
    cmake|git|github actions|gitlab|jenkins|nginx|apache|kafka|rabbitmq|elasticsearch|aws|s3|azure|gcp|firebase|
    supabase|vercel|heroku|linux|ubuntu|sed|awk|jq|vim|zsh|graphql|sequelize|typeorm|pydantic|celery|react 18|
    react 19|enzyme|faker|clickhouse|snowflake|databricks|airflow|spark|dbt|wordpress|drupal|magento|shopify|
    chrome|safari|firefox
  `,
  trace: `
    traceback*|stack trace*|stacktrace*|typeerror*|valueerror*|keyerror*|indexerror*|syntaxerror*|
    referenceerror*|nameerror*|attributeerror*|importerror*|modulenotfounderror*|rangeerror*|assertionerror*|
    runtimeerror*|zerodivisionerror*|nullpointerexception*|classnotfoundexception*|illegalargumentexception*|npe|
    segfault*|segmentation fault*|core dumped|npm err*|undefined is not*|is not a function|is not defined|
    is not iterable|cannot read propert*|undefined reference*|module not found*|null reference*|econnreset|
    econnrefused|enoent|etimedout|eaddrinuse|out of memory|oom-kill*|exit code|panic:|deadlock*|unhandled*|
    index out of range|permission denied|nonetype|error 500|error 404|500 error|404 error|erreur 500|fehler 500|
    erro 500|http 500|get a 401|get a 403|get a 404|get a 500|get a 502|a 500 from|a 502 from|a 401 from|
    a 403 from|a 404 from|a 500 error|a 401 error|a 404 error|a 403 error|a 502 error|returns 500|returns 401|
    returns 403|returns 404|un 401|un 403|un 404|un 500|ein 401|ein 403|ein 404|ein 500|um 500|500错误|404错误|
    500エラー|404エラー|500 오류|404 오류|oomkilled|non-fast-forward|merge conflict*|cors error*|cors-fehler|
    cors 错误|cors policy|connection refused|cannot import name|no module named|unable to resolve|
    unexpected token|access denied|deadlock detected|stack overflow error|heap out of memory|invalid syntax|
    syntax error*|type error*|runtime error*|kernel panic|blue screen|null pointer exception|nullpointer*|
    undefined method|undefined variable|build failed|failed to compile|compilation failed|assertion failed|
    core dump|sigsegv|exit status|exited with code|status code 500|sigabrt|pthread_create|nil pointer|
    invalid memory address|goroutine|stacktrace
  `,
  style: `
    css|scss|html|html/css|tailwind*|bootstrap|flexbox|navbar*|responsive|responsiv|responsivo|hover|svg|react|
    reactjs|react-*|vue|vuejs|vue-*|svelte|sveltekit|angular|jsx|swiftui|dark mode|dark-mode|darkmode|div|
    landing page*|landingpage*|ui|ux|ui/ux|mockup*|wireframe*|figma|z-index|viewport|media quer*|carousel*|
    dropdown*|tooltip*|layout|dashboard*|skeleton|padding|margin|pixel*|shadcn|material ui|chakra|framer|
    keyframes|canvas|webgl|three.js|d3|chart.js|favicon|burger-menu|burger menu|hamburger|slider*|sidebar|popup*|
    modal
  `,
  surface: `
    react|reactjs|react-*|vue|vuejs|vue-*|svelte|angular|combobox|hero|footer|header|viewport|portfolio|select
  `,
  changes: `pull request*|pull-request*|pr|prs|diff|commit|commits|branch|merge request*|mr|changeset`,
  review: `code review*|code-review*|lgtm|peer review|code smell*`,
  summary: `tl;dr|tldr|tl:dr|tl dr`,
  web: `google|wikipedia|pypi|arxiv|stackoverflow|stack overflow|online|web|internet|docs`,
  plan: `roadmap*|rfc|step-by-step plan*`,
  project: `mvp|microservice*|monolith*`,
};
