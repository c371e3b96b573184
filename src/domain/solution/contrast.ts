/** The contrast that WCAG 2.2 asks for between text and its background (1.4.3, level AA). */
export const MIN_CONTRAST = 4.5;

type Rgb = readonly [number, number, number];

const rgb = (color: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb;

const hex = (channels: Rgb): string =>
  `#${channels.map((channel) => Math.floor(channel).toString(16).padStart(2, '0')).join('')}`;

// WCAG 2.2, relative luminance
const luminance = (color: string): number => {
  const [r, g, b] = rgb(color).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** How well white text reads on a color such as `#1d4ed8`: from 1 (not at all) to 21. */
export const contrastWithWhite = (color: string): number => 1.05 / (luminance(color) + 0.05);

/** The color itself, or the lightest darker one of the same hue on which white text reads well. */
export const readableUnderWhite = (color: string): string => {
  const channels = rgb(color);
  for (let percent = 100; percent > 0; percent -= 1) {
    const darker = hex(channels.map((channel) => (channel * percent) / 100) as unknown as Rgb);
    if (contrastWithWhite(darker) >= MIN_CONTRAST) return darker;
  }
  return '#000000';
};
