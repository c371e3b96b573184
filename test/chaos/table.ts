/** What one fault did. */
export interface Row {
  readonly fault: string;
  /** Mails that had to go out. */
  readonly mails: number;
  readonly lost: number;
  readonly twice: number;
  /** Mails of which nobody knows whether they arrived. */
  readonly unknown: number;
  /** Who else had to wait, and how long. */
  readonly others: string;
  /** The parts of `GET /health` that were not ok meanwhile. */
  readonly health: readonly string[];
}

const rows: Row[] = [];

/** Remembers what a fault did. */
export const note = (row: Row): void => {
  rows.push(row);
};

/** All that was noted, as a table in Markdown: docs/faults.md keeps it. */
export const table = (): string =>
  [
    '| fault | mails | lost | twice | in doubt | the others | health said |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ fault, mails, lost, twice, unknown, others, health }) =>
        `| ${fault} | ${mails} | ${lost} | ${twice} | ${unknown} | ${others} | ${health.join(', ') || 'ok'} |`,
    ),
  ].join('\n');

/** How many recipients got no mail, and how many more mails than one each the others got. */
export const countOf = (expected: readonly string[], received: readonly string[]) => ({
  lost: expected.filter((one) => !received.includes(one)).length,
  twice: received.length - new Set(received).size,
});
