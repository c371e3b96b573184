import type Database from 'libsql';

/** What the work on a connection returns that was just opened; if the work fails, nobody else closes the connection. */
export function orClose<Result>(connection: Pick<Database.Database, 'close'>, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    connection.close();
    throw error;
  }
}
