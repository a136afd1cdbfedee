//! Phrases that readers stumble over, and what to write instead.
//!
//! A pattern is a regular expression that ignores case and matches whole words. It belongs here only if a match is
//! almost never good technical English: `stands for` is listed, `takes` is not.

/// Pattern and advice.
pub(super) const PHRASES: &[(&str, &str)] = &[
    // Questions that pass as documentation.
    (
        r"^(?:who|where|when|what|why|how|which|whether)\.$",
        "say what the item holds, or rename it",
    ),
    // Pronouns.
    (r"whoever|whomever|whosoever|whom", "the caller, the client"),
    (r"whatever", "any, every, everything that"),
    (
        r"(?:no|any|some|every)body(?:'s)?",
        "no worker, a client, every caller",
    ),
    (r"those who|he who|they who", "callers that, clients that"),
    (r"strangers?", "other users"),
    (r"one's own", "a private, its own"),
    (r"of which", "two sentences"),
    (r"^the same (?:for|as|of|with|in|but|by)", "Like [`...`]"),
    // Verbs of people for what programs do.
    (r"told of|tells? of", "notified of, reports"),
    (
        r"(?:is|are|was|were|be|been|being) told",
        "receives, is notified",
    ),
    (
        r"says? (?:nothing|so|of|itself|who|whom|which|whether|how)|(?:is|was|are|were) said|said of",
        "reports, returns, contains",
    ),
    (
        r"(?:speaks?|spoke|spoken|speaking|speech(?:es)?)",
        "uses, implements, talks about",
    ),
    (r"hear|hears|heard|hearing", "receives, is notified"),
    (r"believes?|believed", "trusts, assumes, uses"),
    (r"learns? of", "receives, is notified of"),
    (r"knows? (?:of|nothing)|known of", "knows about, has no"),
    (
        r"looks? at|looked at|looking at|(?:is|are|was|were) looked for",
        "checks, reads, polls, queries",
    ),
    (r"sees? (?:to it|through)", "ensures, detects"),
    (
        r"hands? (?:over|out|back|it|them)|hand(?:ed|ing) (?:over|out|on|back|to|down|in)",
        "pass, return",
    ),
    (
        r"gives? back|giving back|given back|gave back",
        "release, return",
    ),
    (r"given up", "rolled back, abandoned, timed out"),
    (r"lets? go|letting go", "release"),
    (r"(?:goes|go|went|gone|going) on", "continue, keep"),
    (
        r"(?:stands?|stood|standing) (?:in|for|at|as|over|there|still)",
        "is, represents, replaces",
    ),
    (r"stands?|stood", "is, is in the state"),
    (r"held against|holds? (?:it|them) against", "compared with"),
    (
        r"comes? to be|came to be|comes? to the same|come of it",
        "becomes, has the same effect",
    ),
    (
        r"left alone|leaves? (?:it|them) alone",
        "ignored, unchanged",
    ),
    (r"trying again|tries again|tried again", "retrying"),
    (r"vouch(?:es|ed)? for", "signs, certifies"),
    (r"mend(?:s|ed|ing)?", "repair, fix"),
    (r"heed(?:s|ed|ing|less)?", "check, respect"),
    (r"wish(?:es|ed)?", "request, subscription, option"),
    (
        r"suffer(?:s|ed|ing)?|forgiv(?:e|es|en|ing)|dwell(?:s|ed|ing)?|entrust(?:s|ed)?",
        "a technical verb",
    ),
    (r"park(?:s|ed|ing)?", "quarantine, dead-letter"),
    // States.
    (
        r"(?:is|was|be|been|are|were) had|to be had",
        "is available, exists",
    ),
    (
        r"(?:is|are|was|were|be) over(?:[.,;:)]|$|\s*\|| and| but| before| when| once| until| then)",
        "has ended, finished",
    ),
    (
        r"(?:end|ends|ended|finish|finishes|finished) well",
        "succeeds",
    ),
    (r"not yet known to", "unknown to, missing from"),
    // Nouns.
    (r"news", "update, hint"),
    (
        r"(?:last|stale|late|first|final|own|handler's) words?|words? (?:of|from|about|to)",
        "message, answer, report",
    ),
    (r"offices?", "leadership"),
    (r"keepers?", "owner, holder"),
    (r"errands?", "task"),
    (r"(?:the )?way out", "fix, hint"),
    (
        r"in line|out of (?:the )?line|(?:head|front|end|back) of the line|the line (?:of|is|has)",
        "in the queue, the queue",
    ),
    (
        r"members? (?:of|in) (?:a|an|the|its|this|that|one|each|every|some) (?:document|object|event|payload|envelope|schema|message|job|body|answer|JSON|record|request)s?",
        "field",
    ),
    (
        r"(?:json|unknown|optional|required|further|missing|absent|duplicate|extra|remaining|single|which) members?|members? (?:name|are there|is absent)s?",
        "field",
    ),
    // Adverbs and connectives.
    (r"anew|afresh|freshly", "again; rebuild, reopen, reload"),
    (r"for so long|so long as|as long as it may", "until, while"),
    (r"in vain|to no avail", "without success"),
    (r"all the same", "still, anyway"),
    (r"in (?:its|their|his|whose) stead", "instead"),
    (r"in place of|in whose place", "instead of"),
    (r"besides?", "next to, in addition to, other than"),
    (
        r"nothing (?:of (?:it|them|this|that|these|the)|else than)",
        "none of, no",
    ),
    (r"no harm", "is safe, has no effect"),
    (r"would not do|will not do", "is not enough, fails"),
    (r"(?:and )?its (?:like|kin)", "and similar"),
    (r"so to speak|as it were", "nothing"),
    (
        r"thereof|therein|thereupon|wherein|whereof|whereupon|hereof|herein|henceforth|hitherto|forthwith|whence|hence|lest|ere|unto|upon|albeit|amid|amiss|astray|oft|nigh|ought|shall|befalls?|begets?|bestows?",
        "a word of today",
    ),
];
