import type { Comparison, Difference } from '../../../application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../../application/read-models/rebuild/projection-statuses.js';
import { at } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

interface SampleRow extends Pick<Difference, 'id' | 'kind'> {
  readonly fields: readonly {
    readonly path: string;
    /** As JSON; undefined where there is none. */
    readonly live: string | undefined;
    readonly rebuilt: string | undefined;
  }[];
}

/** What the view `difference` shows. */
export interface DifferencePage extends PageModel {
  readonly name: string;
  readonly back: string;
  readonly live: string;
  /** The rebuild that is compared. */
  readonly rebuilt: string | undefined;
  readonly samples: readonly {
    readonly value: string;
    readonly label: string;
    readonly isSelected: boolean;
  }[];
  /** Undefined while there is no rebuild that can be compared. */
  readonly comparison: Omit<Comparison, 'samples'> | undefined;
  readonly isSame: boolean;
  readonly rows: readonly SampleRow[];
}

const SAMPLES = [0, 10, 50, 100];

/** The page of what a swap would change. @param samples how many differences of each kind are shown. */
export const differencePage = (
  { name, live, build }: ProjectionStatus,
  comparison: Comparison | undefined,
  samples: number,
): DifferencePage => ({
  title: `What a swap of ${name} would change`,
  ...{ name, live, comparison },
  back: at('projections', name),
  rebuilt: build?.id,
  samples: [...new Set([...SAMPLES, samples])]
    .sort((a, b) => a - b)
    .map((count) => ({ value: String(count), label: String(count), isSelected: count === samples })),
  isSame: comparison !== undefined && comparison.hashes.live === comparison.hashes.rebuilt,
  rows: (comparison?.samples ?? []).map(({ id, kind, fields }) => ({
    ...{ id, kind },
    fields: fields.map((field) => ({
      path: field.path,
      live: JSON.stringify(field.live, undefined, 2),
      rebuilt: JSON.stringify(field.rebuilt, undefined, 2),
    })),
  })),
});
