// Bars, lying, with their figures: a picture that needs no script and reads in light and dark.
const WIDTH = 720;
const LEFT = 260;
const BAR = 20;
const GAP = 6;
const HEAD = 48;
const COLORS = ['#2563eb', '#9ca3af', '#d1d5db'];

const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const figure = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const text = (x, y, words, more = '') =>
  `<text x="${x}" y="${y}"${more && ` ${more}`}>${escaped(words)}</text>`;

/** @param groups each with a label and its bars, each with a name and a value. The first name has the color of Herald. */
export function bars({ title, unit, groups }) {
  const all = groups.flatMap((group) => group.bars);
  const most = Math.max(...all.map(({ value }) => value));
  const names = [...new Set(all.map(({ name }) => name))];
  const parts = [];
  let y = HEAD;
  for (const group of groups) {
    for (const { name, value } of group.bars) {
      const width = Math.max(1, ((WIDTH - LEFT - 110) * value) / most);
      const color = COLORS[Math.min(names.indexOf(name), COLORS.length - 1)];
      const label = group.label ? `${name}, ${group.label}` : name;
      parts.push(
        text(LEFT - 8, y + 15, label, 'text-anchor="end"'),
        `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`,
        text((LEFT + width + 6).toFixed(1), y + 15, `${figure(value)} ${unit}`),
      );
      y += BAR + GAP;
    }
    y += GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + GAP}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    '<g fill="#111827">',
    text(16, 28, title, 'font-size="15" font-weight="600"'),
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
