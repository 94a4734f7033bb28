import type { Lexicon } from './concept.ts';

/** Everything but making, changing and mending programs. */
export const ENGLISH: Lexicon = {
  surface: `
    button*|sidebar*|navigation bar|nav bar|menu|header|footer|modal*|dialog*|a form|the form|this form|forms|
    contact form|login form|form with|form validation|card|cards|page|homepage|home page|settings page|
    component*|icon|icons|font|fonts|heading*|padding|margin|table with|theme|column*|frontend|front-end|screen|
    input field*|checkbox*|slider*|table|view with|view that|logo|title|titles|label|labels|input|inputs|nav|
    nav links|navigation|link colour|list view|tab|tabs|accordion|toast|tooltip*|spinner|loader|loading state|
    loading skeleton|empty state|pricing page|profile page|login page|checkout|search bar|toggle|switch|badge*|
    avatar*|banner|hero|hero section|section|gallery|image gallery|calendar view|date picker|chart|charts|
    widget*|landing|product list|profile screen|home screen|splash screen|confirmation dialog|app bar|
    bottom sheet|storybook|bigger|smaller|bolder|wider|narrower|overlap*|overflow*|background colour|
    background color|background image|text colour|text color|colour|color of|colors|colours|breakpoint*|
    transition|transitions|full screen|accessible|visually|prettier|pretty|modern look|animate|animation*|
    alignment|theming|on phones|on tablets|focus ring|to the left|to the right|align|aligned|aligns|aligning|
    table header|hero image|contrast|combobox|portfolio site|one page|one-page|pastel|ugly|nice|cute|scrolling|
    scroll|fade|visible|image|images|text on
  `,
  style: `
    rounded corners|hover effect|center a|center the|center it|centre a|centre the|centre it|box shadow|a shadow|
    drop shadow|misaligned|sticky|breaks on small|on mobile|on small screens|user interface|web page|webpage|
    website design|style this|style the|styled|styling|look nice|look better|looks dated|looks ugly|
    colour scheme|color scheme|should be blue|should be red|should be green|border radius|gradient*|
    hamburger menu|star rating|front end component|left-align*|right-align*|larger font|font size|font-size|
    more modern|look modern|look more|looks off|looks weird|looks broken|gets cut off|cut off|spacing|
    whitespace between|grid of cards|equal height|full width|full-width|fade in|fade-in|slide in|parallax|
    glassmorphism|neumorphism|dark theme|light theme|pixel perfect|pixel-perfect|a11y|aria label*|visual design|
    stylesheet*|web component*|front end|single page app|touch target*|small screens|tiny screens|phone screen|
    while scrolling|on scroll|readable|hard to read|contrast ratio|stay visible|sticky header|sticky table
  `,
  review: `
    review|reviewing|critique|criticise|criticize|audit|look over|give feedback|feedback on|your feedback|
    me feedback|constructive feedback|some feedback|proofread|proof-read|evaluate this|evaluate my|evaluate our|
    evaluate the code|evaluate the design|assess this|assess my|assess our|assess the code|second pair of eyes|
    ready to merge|what do you think of|what do you think about|check my|check this|check the|double-check|
    double check|be honest|sanity check|inspect|nitpick|go over my|go over this|go through my code|roast my|
    grade my|rate my|mark my|critically|critical look|take a look at my|have a look at my|look at my code|
    look at my pr|look through my|your opinion|opinion on|any feedback|what's wrong with this code|style-wise|
    is this code|is my code|is this ok|is this correct|is this good|is it well|did i miss|have i missed|
    i have missed|i missed|anything i should change|anything missing|before i merge|before merging|
    before committing|before i submit|before i send|check it for|check this for|proof read|copy-edit|copyedit|
    spot any|see any|any problems|any issues|anything wrong|nitpicks|validate my|verify my|sign off|
    how can i make it better|how can i improve my|how could i improve my|how to improve my|make my code better|
    look fine to you|looks fine|look ok|look good to you|comment on|act as a reviewer|act as a senior|
    quality of this code|quality of my|code quality|double check the|double-check the|check them|check it again|
    check again|are you sure about|here's my solution|here is my solution|here's my code|here is my code|
    here is my implementation|here's my implementation|look fine
  `,
  changes: `
    the changes|my changes|last commit|this patch|everything you changed|what you changed|your diff|the diff|
    this diff|my diff|pr #*|my pr|this pr|the pr|changeset|your changes|last change|recent changes|
    staged changes|this commit|merge|these changes|those changes|diff look
  `,
  flaws: `
    weakness*|improvement*|could be improved|can be improved|mistake*|security issue*|security problem*|
    security hole*|vulnerabilit*|anything risky|best practice*|potential bugs|readability|point out|
    missing tests|code smell*|regressions|you'd change|would you change|you would change|better way|weak points|
    strengths and|pros and cons of my|flaws|holes in|edge cases i|potential problems|potential issues|smells|
    maintainab*|risks in|xss|csrf|owasp|normalised properly|normalized properly|clean code|solid principles|
    performance problems|grammar|spelling|typos|sql injection|security risks|security review|security concerns|
    security flaws|security bugs|weakest part|argument is weak|what to improve|how to improve my|improve on|
    for mistakes|for errors|for issues|for problems|make it better|any mistakes|quality of
  `,
  summary: `
    summarize|summarise|summarizing|summarising|summary|summaries|recap|condense this|condense the|condense it|
    condense my|key takeaway*|takeaways|key points|main points|main ideas|main idea|shorten this|
    shorten the text|shorten the following|shorten my|shorten it|boil this down|boil it down|boil down|
    in a nutshell|an abstract of|write an abstract|action items|gist of|the gist|digest of|
    title for the following conversation|title for this conversation|what is this email about|
    what's this email about|in one sentence, what|short title|sum up|sum this up|sum it up|
    what's this text about|what is this text about|what is this about|what's this about|
    what is this article about|what is this document about|into bullet points|in bullet points|bullet points|
    into 3 bullet|into 5 bullet|in two sentences|in three sentences|in one sentence|in a sentence|
    in a few sentences|in one paragraph|make it shorter|make this shorter|shorter version|max 50 words|
    max 100 words|in 50 words|in 100 words|in 200 words|words or less|executive summary|short version|
    brief overview of the|overview of this document|highlights of|essence of|most important points|
    important points|title for this chat|title for the chat|title for this|name this conversation|headline for|
    cliff notes|cliffs notes|abridge|compress this text|minutes of|release notes|what happened in this thread|
    catch me up|what did i miss|one-liner summary|digest|in five lines|in two lines|in three lines|in 3 lines|
    in 5 lines|in 3 sentences|in 2 sentences|to 3 sentences|to 2 sentences|to one sentence|to three sentences|
    to two sentences|reduce the following|reduce this text|reduce this to|key facts|main facts|pull the key|
    explain this paper|explain this article|what did they decide|what was decided|what was agreed|
    decided in the meeting|from the meeting notes|meeting notes|short recap|quick recap|too long to read|the tl
  `,
  plan: `
    make a plan|plan the|plan how|plan for|plan to|plan out|a plan|planning the|implementation plan|project plan|
    rollout plan|migration plan|plan a migration|plan our|plan my project|step-by-step plan|step by step plan|
    break this project|break the project|break it down into|break this down into|break down into|into tasks|
    with estimates|lay out|outline|propose|weigh the options|trade-offs|tradeoffs|think through|best approach|
    come up with a strategy|come up with a plan|how should i structure|how should we|how should i go about|
    how would you approach|how would you structure|in what order|which features first|scope the|scope out|
    milestones|in phases|the phases|design doc|design document|technical design|spec for|specification for|
    draft a spec|plan of action|action plan|test plan|migration strategy|rollout strategy|testing strategy|
    strategy for|strategy to|what steps|steps are needed|steps to take|next steps|list the tasks|list of tasks|
    task list|todo list for|backlog|user stories|epics|work breakdown|how would you|how do we go about|
    how to go about|how would we|what would it take|what has to change|needs to change|has to change|
    where do we start|where to start|should we use|should i use|which architecture|what architecture|
    architecture|high-level|recommend an|recommend one|recommend a|trade-offs between|pros and cons of|
    decide between|compare options|options for|timeline|schedule for the|ordered by dependency|
    dependencies between tasks|sketch the|sketch an|adr|architecture decision|system design|data model for|
    domain model|how should the|a strategy|our strategy|strategy|estimate the effort|effort estimate|
    estimate how|where should i start|where should we start|for our use case|for our case|our use case|
    for my use case|or should we|should we go|should i go with|runbook|playbook for|test strategy|
    testing approach|prioritised list|prioritized list|list of measures|measures to|set out a|set out the|
    i have an idea for|reduce the build time|how can we reduce|how can we speed up|how might we|what approach|
    proposal for|concept for|blueprint|game plan|think about how|evaluate options|compare the options|
    decision matrix|what's the best architecture|plan of attack|design decisions|get rid of the legacy|phase out|
    decommission|sunset the|switch from|move from|moving from|transition from|moving to|move to|
    prepare a migration
  `,
  design: `design|architect|designing|sketch|model the|conceive`,
  project: `
    architecture|migration|migrate*|system|project|platform|app|application|rollout|data model|services|codebase|
    infrastructure|database|caching layer|quarter*|refactoring|upgrade|upgrading|offline sync|pipeline*|service|
    feature flag*|strict typescript|no downtime|feature|redis|move the session*|session storage|mobile app|
    web app|customer portal|portal|workspace|client, server|order service|protocol|outage|regions|ci|jenkins|
    github actions|graphql|rest api|event sourcing|gdpr|sso|compliance|tenant*|cloud|on-prem|kubernetes|cluster|
    legacy|tech stack|marketplace|backend|data warehouse|analytics pipeline|notification service|billing|
    payment*|rewrite|portfolio site|online shop|chat app|encryption|devs|sprint*|search engine|
    recommendation engine|an app that|idea for an app|module|use case|build time|checkout|heroku|aws|msg/s|
    messages per second|requests per second|throughput|ordering|billing module
  `,
  nocode: `
    don't write code|do not write code|don't code|no code yet|without writing code|before we start coding|
    before coding|before we code|before writing any code|before touching|not write any code|no code, just|
    without code|don't implement|do not implement|don't change anything|do not change anything|don't touch|
    just a plan|only a plan|just the plan|plan only|plan mode|not implement anything|don't edit|do not edit|
    no implementation yet|without implementing
  `,
  lookup: `
    google|fetch|look up|look it up|lookup|search|search for|find|check|open|browse|visit|go to|download|scrape|
    read the page|get the page|see what|retrieve|pull up|read https|read http|read this page|look online|
    check their|check the website|check the site|find me|get me the|get the latest|get the current|get the price|
    research|google it|see if there|find out when|find out if|find out whether|find out who|what does the page|
    verify online|verify on the web|crawl|go through the docs|is there a newer|newer version of|newer release|
    check on the web|check the internet|confirm online|please verify
  `,
  web: `
    the web|web search|search online|the internet|documentation|the docs|website|the site|the page at|news|
    opening hours|recent papers|release notes|changelog|news about|look it up|their docs|their website|
    their site|official site|official website|official docs|official page|mdn|from the web|on the web|in the web|
    articles about|news article*|recent articles|press release*|exchange rate|weather in|stock price|flight*|
    hotel*|reviews of the|home page of|web page at|their documentation|man page|api reference|reference docs|
    spec on|the titles from|newer release|newer version|docs of|docs for|the docs of|pages of
  `,
  fresh: `
    latest|current|currently|newest|right now|today|already|recent|this week|up to date|up-to-date|price of|
    release date|this month|this year|tonight|yesterday's|tomorrow|most recent|as of now|at the moment|
    live score|exchange rate|stock price|price
  `,
  topic: `
    what is|what's|what are|what was|what were|what does|who is|who was|who wrote|who are|who won|explain|
    tell me about|describe|is it true|do you think|meaning of|mean by|history of|difference between|how does|
    how do people|how many|how much|why do|why is the|why are|how old|define|what do|where is the|when did|
    when was|prove that|is there a god|what did|what should i cook|who invented|what time|meaning of the word|
    stand for|what does it mean|in simple words|explain to me|describe the|which planet|which country|why did|
    why was|why were|how did|how long|how far|how tall|how big|how often|what happens|what happened|name three|
    list three|true or false|what kind of|can you explain|give me five ideas|ideas for|should i worry|symptoms|
    what's your|who are you|ingredients|kilometres|kilometers|best way to learn|suggest a movie|can you play|
    which is heavier|error term|how heavy|what's the best way to learn
  `,
  choices: `
    which of the following|which one of the following|select the correct|choose the correct answer|
    answer with a, b|multiple choice|which of these|for which of
  `,
  prose: `
    poem|story|joke|haiku|song|lyrics|email|e-mail|letter|birthday|essay|recipe|translate|speech|novel|limerick|
    bedtime|toast|blog post|cover letter|tweet|caption|slogan|dialogue between|paragraph about|a name for|
    names for|journey|itinerary|trip|diet|workout|lesson plan|meal plan|floor plan|sentence|more politely|
    politely|present for|gift|cook|dinner|lunch|letter of|resignation|wedding|eulogy|novella|screenplay|rap|
    sonnet|riddle|fairy tale|product description|linkedin|instagram|facebook post|tagline|horoscope|prayer|
    paraphrase|rephrase|vacation|holiday|message to my|message for my|text message|thank-you message|
    a message to
  `,
  mine: `my|our|our use case|users report|customers report|customers complain|users complain`,
};
