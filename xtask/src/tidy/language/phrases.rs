//! Phrases that readers stumble over, and what to write instead.
//!
//! A pattern is a regular expression that ignores case and matches whole words. It belongs here only if a match is
//! almost never good technical English: `stands for` is listed, `takes` is not.

/// Pattern, advice, and an example of a text that is rejected with this advice.
pub(super) const PHRASES: &[(&str, &str, &str)] = &[
    // Questions that pass as documentation.
    (
        r"^(?:since |until )?(?:who|where|when|what|why|how(?: \w+)?|which|whether)(?:, [^.]{1,25})?\.$",
        "what the item contains, or rename it",
        "Since when.",
    ),
    (
        r"^(?:who \w+(?: \w+){0,2}|what (?:it|the \w+) \w+)\.$",
        "a noun for what the item contains",
        "What it does.",
    ),
    // Pronouns.
    (
        r"whoever|whomever|whosoever|whom",
        "the caller, the client",
        "Whoever calls this.",
    ),
    (
        r"whatever",
        "any, every, everything that",
        "Whatever it contains.",
    ),
    (
        r"(?:no|any|some|every)body(?:'s)?",
        "no worker, a client, every caller",
        "Nobody's job.",
    ),
    (
        r"those who|he who|they who",
        "callers that, clients that",
        "For those who wait.",
    ),
    (r"strangers?", "other users", "A stranger's process."),
    (r"one's own", "a private, its own", "In one's own file."),
    (r"of which", "two sentences", "Jobs, most of which failed."),
    (
        r"^the same (?:for|as|of|with|in|but|by)",
        "Like [`...`]",
        "The same for a batch.",
    ),
    // Verbs of people for what programs do.
    (
        r"told of|tells? of",
        "notified of, reports",
        "A worker told of a job.",
    ),
    (
        r"(?:is|are|was|were|be|been|being) told",
        "receives, is notified",
        "The worker is told.",
    ),
    (
        r"says? (?:nothing|so|of|itself|who|whom|which|whether|how)|(?:is|was|are|were) said|said of",
        "reports, returns, contains",
        "The name says nothing.",
    ),
    (
        r"(?:speaks?|spoke|spoken|speaking)",
        "uses, implements, talks about",
        "It speaks HTTP.",
    ),
    (
        r"hear|hears|hearing",
        "receives, is notified",
        "It hears each event.",
    ),
    (
        r"believes?|believed",
        "trusts, assumes, uses",
        "The reader believes it.",
    ),
    (
        r"learns? of",
        "receives, is notified of",
        "It learns of a job.",
    ),
    (
        r"knows? (?:of|nothing)|known of",
        "knows about, has no",
        "It knows nothing else.",
    ),
    (
        r"looks? at|looked at|looking at|(?:is|are|was|were) looked for",
        "checks, reads, polls, queries",
        "It looks at the row.",
    ),
    (
        r"sees? (?:to it|through)",
        "ensures, detects",
        "It sees to it.",
    ),
    (
        r"hands? (?:over|out|back|it|them)|hand(?:ed|ing) (?:over|out|on|back|to|down|in)",
        "pass, return",
        "It hands out jobs.",
    ),
    (
        r"gives? back|giving back|given back|gave back",
        "release, return",
        "It gives back a lease.",
    ),
    (
        r"given up",
        "rolled back, abandoned, timed out",
        "The claim was given up.",
    ),
    (r"lets? go|letting go", "release", "It lets go."),
    (
        r"(?:goes|go|went|gone|going) on",
        "continue, keep",
        "The run goes on.",
    ),
    (
        r"(?:stands?|stood|standing) (?:in|for|at|as|over|there|still)",
        "is, represents, replaces",
        "It stands for a job.",
    ),
    (r"stands?|stood", "is, is in the state", "The row stood."),
    (
        r"held against|holds? (?:it|them) against",
        "compared with",
        "It is held against the log.",
    ),
    (
        r"comes? to be|came to be|comes? to the same|come of it",
        "becomes, has the same effect",
        "It comes to be stale.",
    ),
    (
        r"left alone|leaves? (?:it|them) alone",
        "ignored, unchanged",
        "The row is left alone.",
    ),
    (
        r"trying again|tries again|tried again",
        "retrying",
        "It keeps trying again.",
    ),
    (
        r"vouch(?:es|ed)? for",
        "signs, certifies",
        "It vouches for the name.",
    ),
    (
        r"heed(?:s|ed|ing|less)?",
        "check, respect",
        "It heeds the limit.",
    ),
    (
        r"suffer(?:s|ed|ing)?|forgiv(?:e|es|en|ing)|dwell(?:s|ed|ing)?|entrust(?:s|ed)?",
        "a technical verb",
        "A row that dwells here.",
    ),
    (
        r"park(?:s|ed|ing)?",
        "quarantine, dead-letter",
        "The message is parked.",
    ),
    // States.
    (
        r"(?:is|was|be|been|are|were) had|to be had",
        "is available, exists",
        "No lease is to be had.",
    ),
    (
        r"(?:is|are|was|were|be) over(?:[.,;:)]|$|\s*\|| and| but| before| when| once| until| then)",
        "has ended, finished",
        "Until the attempt is over.",
    ),
    (
        r"(?:end|ends|ended|finish|finishes|finished) well",
        "succeeds",
        "It ended well.",
    ),
    (
        r"not yet known to",
        "unknown to, missing from",
        "A name not yet known to it.",
    ),
    // Nouns.
    (r"news", "update, hint", "There is news."),
    (
        r"(?:last|stale|late|first|final|own|handler's) words?|words? (?:of|from|about|to)",
        "message, answer, report",
        "The last word.",
    ),
    (r"desks?", "coordinator", "The desk of the queue."),
    (r"keepers?", "owner, holder", "The keeper of the lock."),
    (r"(?:the )?way out", "fix, hint", "A way out."),
    (
        r"in line|out of (?:the )?line|(?:head|front|end|back) of the line|the line (?:of|is|has)",
        "in the queue, the queue",
        "The job waits in line.",
    ),
    (
        r"members? (?:of|in) (?:a|an|the|its|this|that|one|each|every|some) (?:document|object|event|payload|envelope|schema|message|job|body|answer|JSON|record|request)s?",
        "field",
        "Members of the object.",
    ),
    (
        r"(?:json|unknown|optional|required|further|missing|absent|duplicate|extra|remaining|single|which) members?|members? (?:name|are there|is absent)s?",
        "field",
        "Unknown members.",
    ),
    // Adverbs and connectives.
    (
        r"anew|afresh|freshly",
        "again; rebuild, reopen, reload",
        "It is made anew.",
    ),
    (
        r"for so long|so long as|as long as it may",
        "until, while",
        "So long as it runs.",
    ),
    (
        r"in vain|to no avail",
        "without success",
        "It waits in vain.",
    ),
    (r"all the same", "still, anyway", "It fails all the same."),
    (
        r"in (?:its|their|his|whose) stead",
        "instead",
        "In its stead.",
    ),
    (
        r"in place of|in whose place",
        "instead of",
        "A row in place of two.",
    ),
    (
        r"besides?",
        "next to, in addition to, other than",
        "Besides the log.",
    ),
    (
        r"nothing (?:of (?:it|them|this|that|these|the)|else than)",
        "none of, no",
        "Nothing of it.",
    ),
    (r"no harm", "is safe, has no effect", "It does no harm."),
    (
        r"would not do|will not do",
        "is not enough, fails",
        "A timer would not do.",
    ),
    (
        r"(?:and )?its (?:like|kin)",
        "and similar",
        "A row and its like.",
    ),
    (
        r"so to speak|as it were",
        "nothing",
        "It sleeps, so to speak.",
    ),
    (
        r"thereof|therein|thereupon|wherein|whereof|whereupon|hereof|herein|henceforth|hitherto|forthwith|whence|hence|lest|ere|unto|upon|albeit|amid|amiss|astray|oft|nigh|ought|shall|befalls?|begets?|bestows?",
        "a word of today",
        "It shall wait.",
    ),
];
