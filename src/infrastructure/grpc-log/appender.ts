import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import { MAX_APPENDS_AT_ONCE } from '../../domain/bounds.js';
import type { Endpoint } from './endpoint.js';
import { isAnswer, isHealedByClient, isSilence, leaderIn, NoAnswer, within } from './failures.js';
import type { Appended, ExpectedState, JsonEvent, LogClient } from './log-client.js';

interface Patience {
  /** How long the answer is waited for, in milliseconds. */
  readonly answerMs: number;
  /** Whether it ends with the wait for another append over the same connection: that one can be tried again. */
  readonly mayBeGivenUp: boolean;
}

/**
 * The connection for appends, and nothing else. The client tracks pending appends in one place for all its append streams, so
 * there must never be more than one: if a second begins, for example after any other call was dropped, the end of the first
 * discards the second's pending appends, and the next answer ends the process.
 */
export class Appender {
  // The client writes them to one stream whose buffer holds 16; one that waits for room in it when the server drops rejects
  // where nobody can catch it, and that ends the process.
  // The first one over a connection goes alone: it waits longer than those behind it, which would overtake it.
  readonly #queue = new PQueue({ concurrency: 1 });
  #client: LogClient;
  /** Aborts when an append over this connection had no answer: those beside it would wait for none as well. */
  #givenUp = new AbortController();
  /** The node that another one named as the leader, if the client is connected to that alone. */
  #leader: Endpoint | undefined;
  #isRenewing = false;
  #isClosed = false;

  constructor(
    /** Connects to the node that leads, where another one has named it. */
    private readonly connect: (leader?: Endpoint) => LogClient,
    /** How long the end of a connection is waited for, in milliseconds: the client itself may wait for ever. */
    private readonly deadline: number,
  ) {
    this.#client = connect();
    setMaxListeners(0, this.#givenUp.signal); // every append that is under way listens
  }

  /**
   * @throws what the client throws, and NoAnswer.
   */
  async append(
    stream: string,
    events: readonly JsonEvent[],
    expected: ExpectedState,
    { answerMs, mayBeGivenUp }: Patience,
  ): Promise<Appended> {
    return this.#queue.add(async () => {
      if (this.#isClosed) throw new NoAnswer('closed');
      const client = this.#client;
      try {
        const appended = client.appendToStream(stream, events, expected, answerMs);
        const answer = await within(answerMs, appended, mayBeGivenUp ? this.#givenUp.signal : undefined);
        this.#queue.concurrency = MAX_APPENDS_AT_ONCE;
        return answer;
      } catch (error) {
        this.#queue.concurrency = isAnswer(error) ? MAX_APPENDS_AT_ONCE : 1;
        // Before the permit is released, so that nobody appends over the failed connection.
        if (!isAnswer(error) && !(isHealedByClient(error) && !this.#leader)) this.#renew(client, error);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client.dispose();
  }

  /** Reconnects: the client asks the server's capabilities once, and if that failed every append fails the same way. */
  #renew(failed: LogClient, error: unknown): void {
    if (this.#client !== failed || this.#isRenewing) return;
    this.#isRenewing = true;
    this.#leader = leaderIn(error);
    this.#queue.pause();
    if (isSilence(error)) this.#givenUp.abort();
    void this.#replace(failed).finally(() => {
      this.#isRenewing = false;
      this.#queue.start();
    });
  }

  /** Once nothing is under way. */
  async #replace(failed: LogClient): Promise<void> {
    await this.#queue.onPendingZero();
    failed.abandon(new NoAnswer('given up'));
    // Should that hang as well, appends must not.
    await within(this.deadline, failed.dispose()).catch(() => undefined);
    this.#client = this.connect(this.#leader);
    this.#givenUp = new AbortController();
    setMaxListeners(0, this.#givenUp.signal);
    this.#queue.concurrency = 1;
  }
}
