/** The colors of a mail that a solution can choose, in light and in dark mode. */
export interface Colors {
  /** Buttons, links and marks in light mode; white text reads well on it. */
  readonly main: string;
  readonly darkMark: string;
  readonly darkButton: string;
  readonly darkButtonText: string;
}

const OWN: Colors = {
  main: '#1d4ed8',
  darkMark: '#93c5fd',
  darkButton: '#93c5fd',
  darkButtonText: '#0f172a',
};

/** A color as it may stand in a style: what a log holds is checked again. */
const COLOR = /^#[0-9a-f]{6}$/;

/** With the color of a solution, or Herald's own. On a dark page a solution's color stays where white text is on it. */
export const colorsOf = (color: string | undefined): Colors =>
  color && COLOR.test(color)
    ? { main: color, darkMark: '#f1f5f9', darkButton: color, darkButtonText: '#ffffff' }
    : OWN;
