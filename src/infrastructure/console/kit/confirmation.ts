import type { PageModel } from './page-model.js';

/** What the view `confirm` shows: what an act will do, before somebody decides it. */
export interface Confirmation extends PageModel {
  /** What will happen, a sentence each. */
  readonly says: readonly string[];
  /** Where the form posts to. */
  readonly action: string;
  readonly button: string;
  /** The act cannot be undone. */
  readonly isDangerous?: boolean;
  /** A reason is required. */
  readonly asksReason?: boolean;
  /** What may be said beside that. */
  readonly fields?: readonly { readonly name: string; readonly label: string }[];
  readonly back: string;
}
