/**
 * The id of a notification in code, API, files and logs, e.g. `account-expired`. A log may hold ids that are not registered,
 * from another version of Herald.
 */
export type RuleId = string;
