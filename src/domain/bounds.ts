// Every bound of Herald, in one place. Input beyond a bound is refused, paged or withheld, and the answer says so.
// docs/limits.md lists them.

/** Concurrent connections. */
export const MAX_CONNECTIONS = 1_000;
/** Concurrent requests, except those for `/health` and `/metrics`. */
export const MAX_OPEN_REQUESTS = 256;
/** Concurrent connections to the public listener. */
export const MAX_PUBLIC_CONNECTIONS = 500;
/** Concurrent requests at the public listener, except those for `/health/live`. */
export const MAX_PUBLIC_OPEN_REQUESTS = 64;
/** The bodies of all concurrent requests at the public listener together, in bytes. */
export const MAX_PUBLIC_BYTES_IN_FLIGHT = 16 * 1024 * 1024;
/** How long the headers of a request to the public listener may take to arrive, in milliseconds. */
export const MAX_PUBLIC_HEADERS_MS = 10_000;
/** How long a whole request to the public listener may take to arrive, in milliseconds. */
export const MAX_PUBLIC_REQUEST_MS = 15_000;
/** The request line and headers of a request, in bytes. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** The body of a request, in bytes. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** Spellings of secrets that a process remembers, so as not to show them. */
export const MAX_KNOWN_SECRETS = 200;
/** Domains in `HERALD_SENDER_DOMAINS` or `HERALD_LINK_DOMAINS`. */
export const MAX_ALLOWED_DOMAINS = 1_000;
/** A file that holds a secret, in bytes. */
export const MAX_SECRET_FILE_BYTES = 64 * 1024;
/** The bodies of all concurrent requests together, in bytes. */
export const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;
/** How long the headers of a request may take to arrive, in milliseconds. */
export const MAX_HEADERS_MS = 15_000;
/** How long a whole request may take to arrive, in milliseconds. */
export const MAX_REQUEST_MS = 30_000;
/** Present users of one partner. */
export const MAX_USERS_PER_PARTNER = 5_000;

/** Posts of one partner that wait for approval. */
export const MAX_WAITING_POSTS = 10_000;

/** Unanswered Send Now requests of one partner; each person has at most one. */
export const MAX_OPEN_SEND_NOWS = 5_000;

/** Mails to one address within an hour, whatever they are about and over all partners. */
export const MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR = 100;

/** Posts that one mail lists and its decision names; the rest are counted. */
export const MAX_LISTED_POSTS = 25;

/** Size of one mail with its headers, as it is sent, in bytes: Gmail cuts off a message at 102 kB. */
export const MAX_MAIL_BYTES = 100_000;

/** Graphemes (what a reader takes for one character) of the preview text that clients show beside the subject. */
export const MAX_PREHEADER = 150;

/** People whom a mail to the escalation contact names; the rest are counted. */
export const MAX_NAMED_PEOPLE = 10;

/** CloudEvents in one batch. */
export const MAX_EVENTS_PER_BATCH = 1_000;

/** Size of a file that `herald publish` takes, in bytes. */
export const MAX_PUBLISHED_FILE_BYTES = 256 * 1024 * 1024;
/** Attributes of one CloudEvent, `data` among them. */
export const MAX_ATTRIBUTES = 64;
/** Errors that one answer lists, over all events of a batch. */
export const MAX_ERRORS = 100;
/** Nesting depth of the JSON in a request. */
export const MAX_JSON_DEPTH = 32;
/** Members of one object in the JSON of a request. */
export const MAX_JSON_MEMBERS = 1_000;
/** Concurrent clients that watch the progress of rebuilds. */
export const MAX_WATCHERS = 50;
/** Requests to one unsubscribe link per minute. */
export const MAX_UNSUBSCRIBES_PER_LINK = 20;
/** Requests of one client to unsubscribe links per minute; behind a proxy all recipients are one client. */
export const MAX_UNSUBSCRIBES_PER_CLIENT = 600;
/** Credentials that are not valid, of one address per minute. */
export const MAX_FAILED_CREDENTIALS = 30;
/** Principals, addresses and links whose request rates are tracked, each. */
export const MAX_RATE_LIMITED_KEYS = 10_000;
/** Cached formats, one for each pair of locale and time zone. */
export const MAX_FORMATS = 200;
/** Accounts in one answer of `why-not`; the answer says if there are more. */
export const MAX_ACCOUNTS_PER_ANSWER = 100;
/** Accounts that are looked at for one answer of `why-not`: those that were at another partner at its moment are not in it. */
export const MAX_ACCOUNTS_LOOKED_AT = 1_000;

/** Concurrent reads that fold or compare much of the log. */
export const MAX_EXPENSIVE_READS = 4;
/** Expensive reads that wait in the queue. */
export const MAX_WAITING_READS = 16;

/** Exports of the history at once. */
export const MAX_EXPORTS = 4;
/** Those of one principal. */
export const MAX_EXPORTS_PER_PRINCIPAL = 2;
/** How long an export may take, in milliseconds of real time; then its connection is closed. */
export const MAX_EXPORT_MS = 30 * 60_000;
/** How long a client may take nothing of an export, in milliseconds; then its connection is closed. */
export const MAX_EXPORT_STALL_MS = 60_000;

/** Days of one summary of the history. */
export const MAX_SUMMARY_DAYS = 400;
/** Characters of a subject line that a search compares, after normalisation (NFKC). */
export const MAX_SEARCHED_SUBJECT = 256;
/** Different subject lines that a search by the beginning of the subject finds entries of. */
export const MAX_SEARCHED_SUBJECTS = 50;

/** Size of one append to the log, in bytes: types, data and metadata together. */
export const MAX_APPEND_BYTES = 1024 * 1024;
/** Size of one append to a server that has not named its own limit, in bytes: what one message of gRPC carries. */
export const MAX_SERVER_APPEND_BYTES = 16 * 1024 * 1024;

/** Events in one append; fewer if together they would exceed MAX_APPEND_BYTES. */
export const MAX_EVENTS_PER_APPEND = 100;

/** How often a command is decided again after an append conflict. Each conflict means that another instance made progress. */
export const MAX_APPEND_RETRIES = 50;

/** Length of a stream name, in characters (UTF-16 units). */
export const MAX_STREAM_NAME = 1024;

/** The body of a request to unsubscribe, in bytes: mail programs send `List-Unsubscribe=One-Click`. */
export const MAX_UNSUBSCRIBE_BODY_BYTES = 1024;

/** Length of the base URL of a solution's links, in characters as stored: everything that is not ASCII is percent-encoded. */
export const MAX_BASE_URL = 2048;

/** Length of the templates of a solution's links and of the URL of its logo, in characters. */
export const MAX_LINK_TEMPLATE = 512;

/** Length of the line that a solution has at the end of its mails, in characters (UTF-16 units). */
export const MAX_BRAND_FOOTER = 500;

/** Recently tried work items that a worker remembers; a forgotten one is retried sooner. */
export const MAX_REMEMBERED_TRIES = 20_000;

/** Concurrent decisions; their appends share a commit. */
export const MAX_DECISIONS_AT_ONCE = 32;

/** Mails that an instance has decided and not begun to send; beyond that it makes fewer decisions at once. */
export const MAX_DECISIONS_AHEAD = 100;

/** Concurrent decisions while more mails than that wait to be sent. */
export const MAX_DECISIONS_WHILE_MAILS_WAIT = 4;

/** Failures that a worker remembers, to log each once and count them in health. */
export const MAX_REMEMBERED_FAILURES = 1_000;

/** Attempts of other instances that an instance watches; also started mails whose write beside the read models is pending. */
export const MAX_WATCHED_ATTEMPTS = 10_000;

/** Days for which started mails are remembered beside the read models, to detect a restored log. */
export const MAX_DAYS_BEGUN_MAILS = 31;

/** Mails started since a backup that `GET /v1/sending` lists; the rest are counted. */
export const MAX_LISTED_BEGUN_MAILS = 1_000;
/**
 * How far the platform's clock may differ from Herald's, in milliseconds. The time of an event may be ahead by as much; a report
 * dated as much before a person's own act, and recorded after it, counts as later than the act.
 */
export const MAX_AHEAD_MS = 5 * 60_000;

/** Length of an `x-request-id` that a client may choose; a longer one is replaced. */
export const MAX_CORRELATION_ID_LENGTH = 128;

/** Due entries, and notifications with an unknown outcome, that a metric counts. */
export const MAX_COUNTED_ENTRIES = 500;
/** How long a write waits while another process holds the lock of a SQLite file, in milliseconds. */
export const MAX_LOCK_WAIT_MS = 10_000;

/** The largest SQLite file that is checked completely at startup: about a second. */
export const MAX_CHECKED_FILE_BYTES = 1024 ** 3;
/** One document of a read model as JSON, in bytes: MongoDB refuses documents larger than 16 MiB. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** Parked documents of one projection; beyond it the projection itself stops. */
export const MAX_PARKED_DOCUMENTS = 1_000;

/** Events of one projection that are skipped on record. */
export const MAX_SKIPPED_EVENTS = 1_000;
/** Command ids of one aggregate that are known without reading the log: those of its last events. */
export const MAX_REMEMBERED_COMMANDS = 200;

/** Events of one stream that are folded without a snapshot; also the snapshot interval. */
export const MAX_EVENTS_WITHOUT_SNAPSHOT = 500;

/** How long to wait for a snapshot, in milliseconds, before the log is read instead. */
export const MAX_SNAPSHOT_WAIT_MS = 2_000;

/**
 * The LRU cache of aggregates, in characters of their states as JSON: some 10,000 accounts, each of which takes about twice as many bytes
 * of memory. A surge of 30,000 accounts took 635 MB with 32 M characters, and was no faster.
 */
export const MAX_CACHED_AGGREGATES = 12 * 1024 * 1024;

/** The LRU cache of notifications, in characters: some 7,000, each of which is needed from its decision to its attempt. */
export const MAX_CACHED_NOTIFICATIONS = 8 * 1024 * 1024;

/**
 * How long a request waits for the index of CloudEvent keys to catch up, in milliseconds; only logs without an index of their
 * own need it.
 */
export const MAX_KEYS_WAIT_MS = 10_000;

/** Events without a key that the index of keys may have passed since its checkpoint: as many are read again after a start. */
export const MAX_UNSAVED_KEY_EVENTS = 1_000;

/**
 * Raised mails cached for sending, in characters, each of which takes two bytes; the oldest are dropped and read from the log again. Ten
 * times as much saves no time in a surge: mails are sent in the order in which they were decided, so what a full cache drops is what is
 * sent next.
 */
export const MAX_CACHED_MAILS = 3 * 1024 * 1024;

/** Raised mails that a worker knows before the agenda lists them; the rest come from the agenda. */
export const MAX_RAISED_IN_MEMORY = 1_000;

/** Social accounts of one partner. */
export const MAX_ACCOUNTS_PER_PARTNER = 1_000;

/** Partners whose accounts are counted in memory; others are counted in the read model again. */
export const MAX_PARTNERS_COUNTED = 1_000;

/** Items in one answer of `GET /v1/agenda`. */
export const MAX_AGENDA_ITEMS = 5_000;

/** Accounts and queues that one answer of `GET /v1/coverage` examines; `next` leads to the others. */
export const MAX_COVERAGE_SUBJECTS = 5_000;

/** Accounts that one answer of `GET /v1/coverage` examines at once. */
export const MAX_COVERAGE_SUBJECTS_AT_ONCE = 16;

/** Pairs of solution and rule that one answer of `GET /v1/coverage` counts; a few more if one partner has several. */
export const MAX_COVERAGE_GROUPS = 1_000;

/** How far ahead `GET /v1/coverage` looks, in days. */
export const MAX_COVERAGE_DAYS_AHEAD = 400;

/** Partners, accounts and queues that the coverage watch checks at one look; one partner is always checked as a whole. */
export const MAX_SUBJECTS_PER_LOOK = 2_000;

/** How far a test clock moves at once, in milliseconds: 400 days, so that a year with all that falls due in it is one step. */
export const MAX_TEST_CLOCK_STEP_MS = 400 * 24 * 60 * 60_000;

/** Days for which the coverage watch catches up after a rest, and looks again after a missing decision. */
export const MAX_COVERAGE_DAYS = 7;

/** Missing decisions that the coverage watch looks after one by one; the rest are counted. */
export const MAX_LISTED_SHORTFALL = 100;

/** Notifications for which a worker remembers the position of the latest delivery event. */
export const MAX_COMMITTED_DELIVERIES = 50_000;

/** Started mails whose write is pending while the read models' store is unavailable; the oldest are dropped. */
export const MAX_UNWRITTEN_BEGUN_MAILS = 10_000;

/** Tombstones of one read model: positions of removed documents, so that a late writer cannot restore them. */
export const MAX_TOMBSTONES = 10_000;

/** Users of one partner in its state, including those that have left. */
export const MAX_REMEMBERED_USERS = 2 * MAX_USERS_PER_PARTNER;

/** People of one partner for whom the last decided digest slot is remembered. */
export const MAX_REMEMBERED_READERS = 2 * MAX_USERS_PER_PARTNER;

/** Separate ranges of posts that are new to a reader again because their digests did not arrive. */
export const MAX_RETURNED_RANGES = 20;
/** Time zones of a partner, and sending times of a solution, whose slots are remembered: the one in force and those before it. */
export const MAX_REMEMBERED_VALUES = 4;

/**
 * How long an attempt may take from its start on record, in milliseconds, before its sender counts as lost and the outcome as unknown.
 * It exceeds the timeouts from there on together (RFC 5321, 4.5.3.2: 10 minutes for the last reply), and the recording of the result.
 */
export const MAX_ATTEMPT_MS = 25 * 60_000;

/** Connections to the mail server. */
export const MAX_SMTP_LANES = 100;

/** Redeliveries of an event of the inbox stream that cannot be recorded, before it is parked: about an hour. */
export const MAX_INBOX_RETRIES = 1_000;

/** Events at the end of EventStoreDB's log that wait for one reader in memory; one that is slower reads them in pages later. */
export const MAX_UNTAKEN_EVENTS = 1_000;

/** Concurrent appends to EventStoreDB. */
export const MAX_APPENDS_AT_ONCE = 15;

/** Appends that share one commit of a SQLite log. */
export const MAX_APPENDS_PER_COMMIT = 500;

/** Documents of a rebuild in memory, about 2 KB each, before some are written and dropped. */
export const MAX_DOCUMENTS_IN_MEMORY = 24_000;

/** Documents of one live projection in memory while it follows old events, about 2 KB each, before they are written and dropped. */
export const MAX_GATHERED_DOCUMENTS = 10_000;

/** Changes that one answer of a person's history has. */
export const MAX_PERSON_CHANGES = 1_000;
/** People that are looked up for one address or user id. */
export const MAX_PEOPLE_PER_ADDRESS = 100;
/** Partners that one page of a list reads for a principal that is bound to solutions; `next` leads to the others. */
export const MAX_PARTNERS_PER_PAGE = 200;
/**
 * Documents with one user id or address that are looked through, by `person` of the list of people or for those of a principal's
 * solutions.
 */
export const MAX_MATCHES_IN_SCOPE = 10_000;
/** Size of a file in the outbox folder that is shown, in bytes; no mail is larger. */
export const MAX_OUTBOX_FILE_BYTES = 1024 * 1024;
/** Causes that one answer of `why` explains. */
export const MAX_CAUSES_PER_ANSWER = 100;

/** Times that one comparison of documents waits for those that are being changed; twenty are a second. */
export const MAX_COMPARISON_WAITS = 120;
/** Documents that one comparison reads again, because they differed and may have been changed meanwhile. */
export const MAX_COMPARISON_READS = 2_000;

/** Fields that one sample of the difference between two builds lists. */
export const MAX_DIFFERING_FIELDS = 50;

/** Addresses whose mails of the last hour an instance counts in memory. */
export const MAX_COUNTED_ADDRESSES = 10_000;
/** Events buffered for one live projection; one that falls further behind reads the log by itself. */
export const MAX_BUFFERED_EVENTS = 2_000;

/** How long the subscription waits for a projection whose buffer is full, in milliseconds. */
export const MAX_FEED_WAIT_MS = 500;

/** Digests of one partner that are decided at once: their appends share a commit. */
export const MAX_DIGESTS_AT_ONCE = 16;

/** Digests whose decisions are recorded in an approval queue by one append. */
export const MAX_DIGESTS_PER_APPEND = 100;

/** Events in one append of `herald migrate`: well below what any log takes. */
export const MAX_COPIED_EVENTS_PER_APPEND = 200;

/** The same in bytes. */
export const MAX_COPIED_APPEND_BYTES = MAX_APPEND_BYTES / 2;

/** Decisions about one recipient and slot: each but the first takes the place of one that was superseded. */
export const MAX_DECISIONS_PER_SLOT = 10;

/**
 * Verdicts on accounts that are remembered for a second, counted by the people in them: all recipients of an account are asked about at
 * once, and each mail twice, before it is made ready and before it leaves. A person takes about 1 kB; a partner has up to 5,000.
 */
export const MAX_REMEMBERED_VERDICTS = 10_000;

/** Streams of which an instance remembers when it last read them. */
export const MAX_STREAMS_READ_AT = 10_000;

/** A notification that ended undelivered longer ago than this many days is not followed up: it is of an older version's time. */
export const MAX_FOLLOW_UP_DAYS = 7;

/** A leap of the clock beyond this, in milliseconds, is confirmed by a person only: what it would do cannot be undone. */
export const MAX_UNCONFIRMED_LEAP_MS = 31 * 24 * 60 * 60_000;

/** Lines of the SMTP dialogue that are kept with an attempt that failed, each cut at MAX_TRANSCRIPT_LINE characters. */
export const MAX_TRANSCRIPT_LINES = 60;
export const MAX_TRANSCRIPT_LINE = 500;

/** The body of a request that reports feedback, in bytes. */
export const MAX_FEEDBACK_BODY_BYTES = 1024 * 1024;
/** Reports in one request of a provider. */
export const MAX_FEEDBACK_REPORTS = 5_000;
/** Reports that are recorded at once. */
export const MAX_FEEDBACK_AT_ONCE = 16;
/** Characters of what a provider or a mail server said about a mail. */
export const MAX_FEEDBACK_REASON = 500;
/** Recipients of one delivery status notification that are looked at: a mail of Herald's has one. */
export const MAX_DSN_RECIPIENTS = 10;
/** Lines of a report in a mail: a mail of Herald's has a few thousand at most. */
export const MAX_REPORT_LINES = 20_000;
/** Lines of a report in a mail that may begin a part. */
export const MAX_REPORT_PARTS = 1_000;
/** Headers of a report in a mail, over all its parts, in bytes. */
export const MAX_REPORT_HEADER_BYTES = 64 * 1024;
/** Mails that one look at the mailbox for feedback takes; the next look takes the others. */
export const MAX_MAILS_PER_LOOK = 200;
/** Signatures of one request that are compared. */
export const MAX_FEEDBACK_SIGNATURES = 10;
/** Secrets of Standard Webhooks, and passwords of Postmark's webhooks. */
export const MAX_FEEDBACK_SECRETS = 10;
/** Topics of SNS. */
export const MAX_FEEDBACK_TOPICS = 100;
/** How old a signed request of Standard Webhooks may be, in milliseconds: a sender signs each attempt anew. */
export const MAX_FEEDBACK_AGE_STANDARD_MS = 5 * 60_000;
/** How old a message of SNS may be, in milliseconds: SNS repeats it for less than an hour, with its first timestamp. */
export const MAX_FEEDBACK_AGE_SNS_MS = 60 * 60_000;
/** How old a signed request of SendGrid may be, in milliseconds: it is repeated for a day. */
export const MAX_FEEDBACK_AGE_SENDGRID_MS = 25 * 60 * 60_000;
/** Cached certificates of SNS. */
export const MAX_CERTIFICATES = 20;
/** Certificates of SNS that are fetched within a minute. */
export const MAX_CERTIFICATE_FETCHES_PER_MINUTE = 20;
/** The answer of a pinned host, in bytes. */
export const MAX_PINNED_ANSWER_BYTES = 64 * 1024;
/** How long a pinned host may take to answer, in milliseconds. */
export const MAX_PINNED_FETCH_MS = 5_000;
/** The text of a mail server's reply that is kept, in characters. */
export const MAX_REPLY_LENGTH = 4_000;
/** A mail server's reply, in bytes; a longer one ends the connection. */
export const MAX_REPLY_BYTES = 64 * 1024;

/**
 * How long the record that an attempt starts may take, in milliseconds: a process that was stopped meanwhile does not send. The mail
 * server waits for the mail longer than that (RFC 5321, 4.5.3.2.7).
 */
export const MAX_START_MS = 2 * 60_000;

/** Recipients of whose mails nobody knows whether they arrived, while none is accepted, until the relay counts as failing. */
export const MAX_DOUBTS_IN_A_ROW = 3;

/** Domains in a row at which recipients are refused, until the relay counts as failing. */
export const MAX_REFUSED_DOMAINS_IN_A_ROW = 10;

/** Senders whose mails are held because a policy refuses them. */
export const MAX_HELD_SENDERS = 1_000;

/** Valid API keys of an installation. */
export const MAX_API_KEYS = 1_000;
/** Expired and revoked API keys that are still listed; the oldest are dropped. */
export const MAX_ENDED_API_KEYS = 1_000;
/** Solutions that one principal is bound to. */
export const MAX_SOLUTIONS_PER_PRINCIPAL = 100;
/** Prefixes of sources that one API key is limited to. */
export const MAX_SOURCES_PER_KEY = 20;
/** How long the old secret of a rotated API key may stay valid, in seconds. */
export const MAX_KEY_OVERLAP_S = 30 * 24 * 60 * 60;
/** Secrets of an API key that may be valid: the newest, and those from before its latest rotations. */
export const MAX_SECRETS_PER_KEY = 5;
/** How long an API key with an end may be valid, in seconds: ten years. */
export const MAX_KEY_LIFETIME_S = 3_650 * 24 * 60 * 60;
/** An answer of the OpenID provider, in bytes. */
export const MAX_ISSUER_ANSWER_BYTES = 256 * 1024;
/** How long the OpenID provider may take to answer, in milliseconds. */
export const MAX_ISSUER_FETCH_MS = 5_000;
/** How long a change of API keys may take to hold on every instance, in milliseconds; each asks the log again after that. */
export const MAX_KEYS_UNREAD_MS = 250;
/** How long a request waits for the log to say which API keys hold, in milliseconds, before those that are known are used. */
export const MAX_KEYS_READ_WAIT_MS = 500;
/** For how long the known API keys are used while the log does not answer, in milliseconds. */
export const MAX_KEYS_STALE_MS = 60 * 60_000;
/** Characters of a credential; a longer one is refused unread. */
export const MAX_CREDENTIAL = 8 * 1024;
/** How long somebody stays signed in to the console, in seconds. */
export const MAX_SESSION_SECONDS = 12 * 60 * 60;
/** Cookies that a session is spread over, so that the longest credential fits. */
export const MAX_SESSION_COOKIES = 3;
/** How long somebody may take to sign in at the OpenID provider, in seconds. */
export const MAX_SIGN_IN_SECONDS = 10 * 60;
/** Partners, users and accounts that an instance knows to be registered; others are looked up for the receipt. */
export const MAX_KNOWN_REFERENCES = 50_000;
/** Records in one stream of the access log; an instance then begins another. */
export const MAX_ACCESS_RECORDS_PER_STREAM = 1_000;
/** Characters of the purpose that a principal states for a request. */
export const MAX_PURPOSE = 500;
/** Ids and filters of one request that the access log keeps; others are left out. */
export const MAX_ASKED_FIELDS = 32;
/** Characters of each of them, and of its name. */
export const MAX_ASKED_LENGTH = 256;

/** Senders whose web hooks are expected. */
export const MAX_WEBHOOK_ORIGINS = 100;
