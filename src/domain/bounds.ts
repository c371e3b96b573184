// Every bound of Herald, in one place: what is beyond it is refused, paged or withheld, and says so. docs/limits.md lists them.

/** Connections at once. */
export const MAX_CONNECTIONS = 1_000;
/** Requests at once that are not yet answered, those for `/health` and `/metrics` aside. */
export const MAX_OPEN_REQUESTS = 256;
/** The address and the headers of a request, in bytes. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** The body of a request, in bytes. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** The bodies of all requests that are not yet answered, in bytes. */
export const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;
/** How long the headers of a request may take to arrive, in milliseconds. */
export const MAX_HEADERS_MS = 15_000;
/** How long a whole request may take to arrive, in milliseconds. */
export const MAX_REQUEST_MS = 30_000;
/** Users of a partner at a time. */
export const MAX_USERS_PER_PARTNER = 5_000;

/** Posts of a partner that wait for approval at a time. */
export const MAX_WAITING_POSTS = 10_000;

/** People of a partner whose Send Now is not answered yet; each has at most one. */
export const MAX_OPEN_SEND_NOWS = 5_000;

/** Mails to one address in an hour, whatever they are about and over all partners. */
export const MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR = 100;

/** Posts that a mail lists, and that the decision about it names; the others are counted. */
export const MAX_LISTED_POSTS = 25;

/** CloudEvents in one batch. */
export const MAX_EVENTS_PER_BATCH = 1_000;
/** Attributes of one CloudEvent, `data` among them. */
export const MAX_ATTRIBUTES = 64;
/** Errors that one answer names, over all events of a batch. */
export const MAX_ERRORS = 100;
/** Levels of objects and lists in the JSON of a request. */
export const MAX_JSON_DEPTH = 32;
/** Members of one object in the JSON of a request. */
export const MAX_JSON_MEMBERS = 1_000;
/** Clients that watch the progress of replays at once. */
export const MAX_WATCHERS = 50;
/** How often one unsubscribe link is opened or clicked in a minute. */
export const MAX_UNSUBSCRIBES_PER_LINK = 20;
/** How often one client opens or clicks unsubscribe links in a minute; behind a proxy all recipients are one client. */
export const MAX_UNSUBSCRIBES_PER_CLIENT = 600;
/** Links, and clients, whose requests are counted. */
export const MAX_RATE_LIMITED_KEYS = 10_000;
/** Pairs of a locale and a time zone whose formats are kept in memory. */
export const MAX_FORMATS = 200;
/** Accounts in one answer of `why-not`; it says that there are more. */
export const MAX_ACCOUNTS_PER_ANSWER = 100;

/** Reads at once that fold or compare much of the log. */
export const MAX_EXPENSIVE_READS = 4;
/** Expensive reads that wait for their turn. */
export const MAX_WAITING_READS = 16;

/** The most that one append to the log may hold, in bytes: types, data and metadata together. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/** Events in one append; where they are larger than MAX_APPEND_BYTES together, fewer. */
export const MAX_EVENTS_PER_APPEND = 100;

/** How often a command is decided again because other instances write to the same stream; each time one of them is done. */
export const MAX_APPEND_RETRIES = 50;

/** The longest name of a stream, in characters (UTF-16 units). */
export const MAX_STREAM_NAME = 1024;

/** The body of a request to unsubscribe, in bytes: mail programs send `List-Unsubscribe=One-Click`. */
export const MAX_UNSUBSCRIBE_BODY_BYTES = 1024;

/** The address that a solution's links begin with, in characters, as it is stored: with all that is not ASCII encoded. */
export const MAX_BASE_URL = 2048;

/** Items of work that a worker remembers to have just tried; one that is forgotten is tried again sooner. */
export const MAX_REMEMBERED_TRIES = 20_000;

/** Decisions that are made at once: their appends share a commit. */
export const MAX_DECISIONS_AT_ONCE = 32;

/** Failures that a worker remembers, to log each once and to count them in health. */
export const MAX_REMEMBERED_FAILURES = 1_000;

/** Attempts of other instances that an instance watches; also begun mails that wait to be remembered beside the read models. */
export const MAX_WATCHED_ATTEMPTS = 10_000;

/** Days for which begun mails are remembered beside the read models, to notice a log that was restored. */
export const MAX_DAYS_BEGUN_MAILS = 31;

/** Mails begun since a back-up that `GET /v1/sending` lists; more are counted. */
export const MAX_LISTED_BEGUN_MAILS = 1_000;
/** How far ahead of Herald's clock the time of an event may be, in milliseconds: clocks differ a little. */
export const MAX_AHEAD_MS = 5 * 60_000;

/** Characters of an `x-request-id` that a client may choose; a longer one is replaced. */
export const MAX_CORRELATION_ID_LENGTH = 128;

/** Due entries, and notifications of unknown outcome, that are counted for a metric. */
export const MAX_COUNTED_ENTRIES = 500;
/** How long a write waits while another process holds the lock of a SQLite file, in milliseconds. */
export const MAX_LOCK_WAIT_MS = 10_000;

/** The largest SQLite file that is checked as a whole when an instance starts: about a second. */
export const MAX_CHECKED_FILE_BYTES = 1024 ** 3;
/** One document of a read model as JSON, in bytes: MongoDB takes no document of more than 16 MiB. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** Parked documents of one projection; at one more the projection itself stands still. */
export const MAX_PARKED_DOCUMENTS = 1_000;

/** Events of one projection that are skipped on record. */
export const MAX_SKIPPED_EVENTS = 1_000;
/** Commands of one aggregate that are known by their ids without asking the log: those of its last events. */
export const MAX_REMEMBERED_COMMANDS = 200;

/** Events of one stream that are folded without a snapshot; the interval at which snapshots are kept. */
export const MAX_EVENTS_WITHOUT_SNAPSHOT = 500;

/** How long a snapshot is waited for, in milliseconds, before the log is read instead. */
export const MAX_SNAPSHOT_WAIT_MS = 2_000;

/** Aggregates in memory, in characters of their states as JSON; the ones used last stay. */
export const MAX_CACHED_AGGREGATES = 32 * 1024 * 1024;

/** The same for notifications: there are many, and each is needed for a short time only. */
export const MAX_CACHED_NOTIFICATIONS = 2 * 1024 * 1024;

/** How long a request waits, in milliseconds, for the index of CloudEvents to catch up with a log that has none of its own. */
export const MAX_KEYS_WAIT_MS = 10_000;

/** Mails that were just raised and wait in memory to be sent, in characters; those that were raised first are read from the log again. */
export const MAX_CACHED_MAILS = 32 * 1024 * 1024;

/** Mails that were just raised and are known to their worker before the agenda holds them; the agenda offers the others. */
export const MAX_RAISED_IN_MEMORY = 1_000;

/** Social accounts of one partner. */
export const MAX_ACCOUNTS_PER_PARTNER = 1_000;

/** Partners whose accounts are counted in memory; those of another are counted in the read model again. */
export const MAX_PARTNERS_COUNTED = 1_000;

/** Items that one answer of `GET /v1/agenda` lists. */
export const MAX_AGENDA_ITEMS = 5_000;

/** Notifications for which a worker remembers the position of the latest delivery event. */
export const MAX_COMMITTED_DELIVERIES = 50_000;

/** Begun mails that wait to be remembered while the read models' store is away; of more the latest count. */
export const MAX_UNWRITTEN_BEGUN_MAILS = 10_000;

/** Removed documents of one read model whose position is remembered, so that a late writer cannot bring them back. */
export const MAX_TOMBSTONES = 10_000;

/** Users of a partner that something is remembered of, those that have left among them. */
export const MAX_REMEMBERED_USERS = 2 * MAX_USERS_PER_PARTNER;

/** People of a partner of whom it is remembered up to which slot their digests are decided. */
export const MAX_REMEMBERED_READERS = 2 * MAX_USERS_PER_PARTNER;

/** Attempts to deliver one mail: a deferral of the last one is a rejection, at most 18 hours after the first. */
export const MAX_ATTEMPTS = 8;

/**
 * How long one attempt may take, in milliseconds, before its sender counts as lost and the outcome as unknown: longer than all
 * timeouts of one attempt together, and the recording of its result.
 */
export const MAX_ATTEMPT_MS = 15 * 60_000;

/** Connections to the mail server. */
export const MAX_SMTP_LANES = 100;

/** How often an event of the inbox stream comes again that could not be recorded, before it is parked: for about an hour. */
export const MAX_INBOX_RETRIES = 1_000;

/** Appends to an EventStoreDB that are under way at once. */
export const MAX_APPENDS_AT_ONCE = 15;

/** Appends that share one commit of a SQLite log. */
export const MAX_APPENDS_PER_COMMIT = 500;

/** Documents of a rebuild in memory, of some 2 KB each, before a part of them is written and forgotten. */
export const MAX_DOCUMENTS_IN_MEMORY = 24_000;

/** Causes that one answer of `why` explains. */
export const MAX_CAUSES_PER_ANSWER = 100;

/** Fields that one sample of the difference between two builds names. */
export const MAX_DIFFERING_FIELDS = 50;

/** Addresses whose mails of the last hour an instance counts in memory. */
export const MAX_COUNTED_ADDRESSES = 10_000;
/** Events that wait in memory for one live projection; one that is further behind reads the log by itself. */
export const MAX_BUFFERED_EVENTS = 2_000;

/** How long the subscription to the log waits for a projection that has no room for more events, in milliseconds. */
export const MAX_FEED_WAIT_MS = 500;
