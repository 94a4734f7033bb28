import type { Lexicon } from './concept.ts';

/** Making, changing and mending programs. */
export const ENGLISH_CODE: Lexicon = {
  make: `
    draft|write|writes|writing|implement*|create|creating|build|building|make|generate|generating|code up|
    code me|develop|add|adding|set up|scaffold|complete the following|complete this|complete the function|
    finish the function|solve it in|solve this in|program a|give me a|give me an|show me a|
    come up with some code|put together a script|make me|whip up|spin up|hook up|wire up|also add|now add|
    then add|support for|provide a function|provide an implementation|introduce|configure|sketch out the code|
    produce a|produce an|automate|expose|insert|provide me with|produce|emit|register|declare|document it|
    document the|define a|define an|write something|do leetcode|migrate this|wrap this|return a
  `,
  change: `
    refactor*|convert*|rename*|rewrite|optimise|optimize|port the|port this|port it|translate this code|
    translate this function|turn this|turn the|turn it|extract the|move the|replace the|replace all|bump|
    upgrade the|simplify this|clean up|use a|switch to|transform this|migrate this file|speed up|parallelise|
    parallelize|modify|update the|instead of|replace|rework|restructure|split this|split the|merge the|
    inline the|deduplicate|dry up|make this function|make the function|make this class|make it generic|
    make it async|make it thread|make it faster|faster|remove the|delete the|drop the|swap|rewrite this in|
    bring this|move it to|migrate the code|upgrade|downgrade|adjust the|also update|wrap the|parametrize|
    parameterize|reduce the complexity|reimplement|cleanup|align the|align all|enlarge|shrink|resize|recolor|
    restyle|make parse|migrate this|migrate the tests|instead of throwing|let it return|make it return|
    have it return|get rid of
  `,
  want: `
    i need|i'd like|i want|i would like|we need|should be|should have|must be|needs to be|needs a|please|pls|
    can you|could you|would you|will you|help me|let's|lets|i want you to|i'd like you to|your task is|
    you should|we need to|we have to|need to|i need to|i have to|make sure|try to|go ahead and|before we|do a|
    do an|i'm trying to|tell me if|tell me what|task:|i am looking for|looking for a|how about|would be nice|
    is there any|show me|give me|provide|could use|has to|have to|ought to|required to|must|expected to|suggest|
    recommend|tell me|your job|you are to|you must|for our use case|for our case|prepare a
  `,
  code: `
    function*|class|classes|method*|program|module*|library|algorithm*|query|queries|stored procedure|interface|
    variable*|loop|loops|recursion|tests|test case*|callback*|dependency|dependencies|subcommand|command|
    command line|command-line|parameter*|argument*|controller*|handler*|server|client library|package|plugin|
    workflow|database schema|schema|struct|enum|hook|cron|validation|pagination|rate limit*|retry|retries|
    logging|login flow|codebase|repo|repository|code|snippet|implementation|import statement*|binary tree|
    linked list*|stdin|stdout|time complexity|o(log n)|o(n)|pipeline|statement|list of dicts|list of objects|
    dict|dicts|dictionary|generic|generics|column in|text editor|signature|input validation|mock|mocks|stub|
    fixture|coverage|container|deployment|deploy|environment variable*|env var*|file|files|folder|directory|url|
    urls|log|logs|logger|timestamp*|sorting|filtering|iterate|iterating|parse|parsing|serialize*|deserialize*|
    auth|authentication|user model|router|migration script|foreign key|buffer|bytes|tuple|subclass|inheritance|
    abstract class|type parameter|compiler|linker|bot|crawler|scraper|spreadsheet formula|game loop|palindrome|
    anagram*|fibonacci|prime number*|permutations|substring*|export command|readme|the type|types for|a type|
    primary key|database table|sql table|join two|http request|network request|by date|by key|dates|json file|
    csv file|config file|text file|hash map|hash table|to the console|config flag|a flag|an option|option to|
    new option|--*|rate limiter|rate limiting|api key|service class|service layer|user service|sort the|
    sort a list|log file|component's tests|emails are|emails get|fake data|test data|seed data|metrics|
    metrics endpoint|health check*|feature test*|subclasses|folder and|new files|console app|the export|
    the import|user table|users table|download link|upload*|notification*|background job|worker|job queue|
    search index|commit message|build time|ci is|pipeline is|build is|main branch|staging|production
  `,
  artefact: `
    sql query|sql queries|shell script*|bash script*|python script*|unit tests|integration test*|rate limiter*|
    return indices|design pattern*|observer pattern|factory pattern|public api|linter|eslint rule*|sql statement|
    python function|javascript function|js function|java method|java program|c program|python program|
    python code|python class|node script|powershell script|shell command|one-liner|git command|linux command|
    excel formula|regex pattern|test suite|e2e test*|end-to-end test*|snapshot test*|playwright test*|
    pytest fixture*|type definition*|typescript type*|recursive descent|state machine|thread pool|
    connection pool|priority queue|lru cache|cache decorator|web scraper|chrome extension|command-line tool|
    command line tool|small cli|rest client|http client|api client|migration script|deployment manifest|
    config file|json schema|openapi spec|jupyter notebook|data pipeline|etl job|merge sort|bubble sort|
    quick sort|depth-first|breadth-first|dynamic programming|code for|code to|code that|function that|
    function to|function which|script that|script to|script which|program that|program to|program which|
    class that|class for|method that|query that|query to|query which|component that|macro that
  `,
  howto: `
    how do i|how can i|how to|how do you|how would i|how would you|what is the best way to|
    what's the best way to|best way to|is there a way to|how should i implement|how can we|how do we|how could i|
    how is it possible to|what's the cleanest way|cleanest way|what's the right way|right way to|proper way to|
    idiomatic|what's the easiest way|easiest way to|how i can|how to best|show me how to|what's the syntax|
    syntax for|can i use|example of how
  `,
  fix: `
    fix|fixing|debug|debugging|resolve|solve this|solve it|solve that|to solve|troubleshoot*|track it down|
    track down|track this down|root cause|what is wrong|what's wrong|whats wrong|figure out|find out why|
    get past this|investigate|look into|diagnose|find the bug|find the problem|repair|correct the|get rid of it|
    get rid of the error|help me find|find the leak|why is it failing|figure this out|make it work|
    make the test*|get it to work|get it working|get this working|get the tests|make the build|work around|
    workaround|pinpoint|hunt down|look at this error|help me with this error|recover from|unblock|stop it from|
    prevent it from|what could be going on|what's going on|what is going on|any idea|any ideas|do wrong|
    doing wrong
  `,
  fault: `
    bug|bugs|exception*|crash|crashes|crashed|crashing|fails|failing|is broken|are broken|broken build|
    broken test*|broken link*|got broken|memory leak*|race condition*|hangs|freezes|stuck|infinite loop|
    wrong output|wrong result|a regression|regressed|flaky|duplicates|timeout*|times out|blank screen|
    white screen|black screen|restarts|restarting|restart loop|off by one|off-by-one|corrupted|corrupt|timeout|
    timing out|timed out|flaking|intermittent*|deadlock|garbled|glitch*|oom|leaking|leaks|error|errors|failed|
    wrong value|wrong values|wrong order|incorrect result|incorrect results|unexpected result|unexpected output|
    unexpected behaviour|unexpected behavior|is missing|are missing|skips the|is rejected|was rejected|very slow|
    too slow|so slow|is slow|is so slow|error 404|a 404|a 403|a 401|a 500|a 502|a 503|status 500|status 404|
    http 500|http 403|leak|twice|sent twice|two times|double|empty line|never terminates|does not terminate|
    never finishes|redirects to itself|redirect loop|is red|are red|time out|not in safari|but not in|
    only on windows|on windows|works in|out of sync|wrong timezone|encoding issue|cut short|truncated
  `,
  complaint: `
    doesn't work|does not work|doesnt work|not working|isn't working|is not working|won't work|stopped working|
    no longer works|can't figure out|cannot figure out|keeps failing|keeps crashing|keep getting|i still get|
    still getting|still fails|still failing|still broken|still doesn't|i get a|i get an|i get this|now i get|
    i'm getting|im getting|am i getting|getting this|getting an|getting a|returning none|returning null|
    returning undefined|returns none|returns undefined|returns null|never exits|never returns|never stops|
    hangs at|is sometimes nan|is sometimes null|is sometimes undefined|is sometimes wrong|is sometimes empty|
    it's always|is always wrong|is always null|is always undefined|is always empty|nothing happens|
    something is off|something's off|tests fail|tests are failing|test fails|build fails|build is broken|
    pass locally|passes locally|my app|my server|my program|my code|my script|my docker|my container|
    the app freezes|the app crashes|used to work|worked yesterday|worked before|worked fine|works fine locally|
    works on my machine|even though|what did i do wrong|what am i doing wrong|don't add up|doesn't add up|
    refuses to|stuck at|hangs|crashes when|crashes on|fails when|fails with|fails to|fail with|errors out|
    is thrown|throwing|blows up|breaks when|it breaks|doesn't seem to|does not seem to|isn't being|not updating|
    not showing|not rendering|not loading|not called|not firing|won't start|won't compile|won't build|won't load|
    won't open|can't connect|cannot connect|can't import|can't build|can't find module|run twice|runs twice|
    called twice|fires twice|keeps returning|keeps happening|gives me an error|gives me this error|
    gives an error|giving me|returned an error|got an error|get an error|an error occurs|same error|
    error message|there's a bug|there is a bug|must be a bug|since the last|since yesterday|since i upgraded|
    after upgrading|after updating|after the update|after the upgrade|fails since|starts failing|started failing|
    started flaking|takes forever|takes too long|takes ages|oddly|for no reason|nope|still nothing|
    still the same|didn't work|did not work|didn't help|no luck|again the same|keeps restarting|keeps hanging|
    keeps telling|keeps saying|no longer compiles|no longer starts|it throws|code throws|function throws|
    throws an error|throws a|something's wrong|something is wrong|there's something wrong|goes wrong|went wrong|
    please help!!|how come|after upgrading to|since upgrading|since updating|since we upgraded|is red|went red|
    are sent twice|is called twice|works in chrome|but not in|but not on
  `,
  why: `why`,
};
