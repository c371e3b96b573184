import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../test/samples.js';
import { MAX_BRAND_FOOTER, MAX_LINK_TEMPLATE } from '../../domain/bounds.js';
import { parseCloudEvent } from './cloud-event.js';

const configured = (changes: Readonly<Record<string, unknown>>) => {
  const sample = sampleOf('herald.solution.configured.v1');
  const event = parseCloudEvent({ ...sample, data: { ...sample.data, ...changes } });
  if (event.type !== 'herald.solution.configured.v1') throw new Error('It is another event.');
  return event.data;
};

const ofLength = (start: string, length: number) => start + 'a'.repeat(length - start.length);

describe('a solution', () => {
  it('may have no branding and no links, as those of earlier versions', () => {
    const data = configured({ branding: undefined, accountUrl: undefined, postUrl: undefined });
    expect([data.branding, data.accountUrl, data.postUrl]).toEqual([undefined, undefined, undefined]);
    expect(configured({ branding: {} }).branding).toEqual({});
  });

  it.each(['accountUrl', 'postUrl'])('has a %s of at most the limit', (field) => {
    const longest = ofLength('https://portal.example/', MAX_LINK_TEMPLATE);
    expect(configured({ [field]: longest })).toHaveProperty(field, longest);
    expect(() => configured({ [field]: `${longest}a` })).toThrow(`${MAX_LINK_TEMPLATE} characters`);
  });

  it('has a logo whose URL is at most the limit, also when it is encoded', () => {
    const longest = ofLength('https://portal.example/', MAX_LINK_TEMPLATE);
    expect(configured({ branding: { logoUrl: longest } }).branding?.logoUrl).toBe(longest);
    for (const logoUrl of [`${longest}a`, `${longest.slice(0, -1)}ü`])
      expect(() => configured({ branding: { logoUrl } })).toThrow(`${MAX_LINK_TEMPLATE} characters`);
  });

  it('has a footer of at most the limit', () => {
    const footer = 'a'.repeat(MAX_BRAND_FOOTER);
    expect(configured({ branding: { footer } }).branding?.footer).toBe(footer);
    expect(() => configured({ branding: { footer: `${footer}a` } })).toThrow(
      `${MAX_BRAND_FOOTER} characters`,
    );
  });

  it('has a color in lower case; a light one is refused with a darker one that is taken', () => {
    expect(configured({ branding: { color: '#7C2D12' } }).branding?.color).toBe('#7c2d12');
    let said = '';
    try {
      configured({ branding: { color: '#FFCC00' } });
    } catch (error) {
      said = String(error);
    }
    const darker = /on (#[0-9a-f]{6}) enough/.exec(said)?.[1];
    expect(configured({ branding: { color: darker } }).branding?.color).toBe(darker);
  });
});
