import type { Comparison, Difference } from '../../application/read-models/rebuild/compare.js';

const MAX_FIELDS = 8;

/** What differs, for people, line by line. */
export const describeComparison = ({
  same,
  added,
  changed,
  removed,
  samples,
}: Comparison): readonly string[] => [
  `${same} ${same === 1 ? 'document is' : 'documents are'} the same, ${added} added, ${changed} changed, ${removed} removed.`,
  ...samples.flatMap(describeDifference),
];

const describeDifference = ({ id, kind, fields }: Difference): readonly string[] => {
  const lines = kind === 'changed' ? fields.slice(0, MAX_FIELDS) : [];
  return [
    `  ${kind} ${id}`,
    ...lines.map(({ path, live, rebuilt }) => `    ${path}: ${shown(live)} → ${shown(rebuilt)}`),
    ...(kind === 'changed' && fields.length > MAX_FIELDS
      ? [`    and ${fields.length - MAX_FIELDS} more`]
      : []),
  ];
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
