const NAMES: Readonly<Record<string, string>> = {
  bluesky: 'Bluesky',
  facebook: 'Facebook',
  instagram: 'Instagram',
  linkedin: 'LinkedIn',
  pinterest: 'Pinterest',
  threads: 'Threads',
  tiktok: 'TikTok',
  x: 'X',
  xing: 'XING',
  youtube: 'YouTube',
};

/** How a network writes its own name; one that is not known stays as the platform wrote it. */
export const networkName = (network: string): string =>
  Object.hasOwn(NAMES, network.toLowerCase()) ? (NAMES[network.toLowerCase()] as string) : network;
