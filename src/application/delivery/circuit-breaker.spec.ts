import { describe, expect, it } from 'vitest';
import { fromMillis, toMillis } from '../../domain/kernel/instant.js';
import { Clock } from '../ports/clock.js';
import { CircuitBreaker, type Pass } from './circuit-breaker.js';

const START = '2026-03-02T09:00:00.000Z';

class SetClock extends Clock {
  millis = toMillis(START);
  override now() {
    return fromMillis(this.millis);
  }
}

const aBreaker = () => {
  const clock = new SetClock();
  const breaker = new CircuitBreaker(clock, 1_000, 8_000);
  const enter = (): Pass => {
    const pass = breaker.enter();
    if (!pass) throw new Error('It is open.');
    return pass;
  };
  return { clock, breaker, enter };
};

describe('A circuit breaker', () => {
  it('opens at a failure, says since when and why, and lets nothing pass', () => {
    const { breaker, enter } = aBreaker();
    expect(breaker.failed(enter(), 'refused')).toBe('opened');
    expect(breaker.outage).toMatchObject({ since: START, says: 'refused' });
    expect([breaker.isReady, breaker.enter()]).toEqual([false, undefined]);
  });

  it('stays closed at the failure of an attempt during which others succeeded', () => {
    const { breaker, enter } = aBreaker();
    const slow = enter();
    breaker.succeeded(enter());
    expect(breaker.failed(slow, 'dropped')).toBe('isolated');
    expect(breaker.outage).toBeUndefined();
  });

  it('lets one attempt pass at a time, after delays that double up to the longest', () => {
    const { clock, breaker, enter } = aBreaker();
    breaker.failed(enter(), 'refused');
    for (const longest of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      clock.millis += longest / 2 - 1;
      expect(breaker.isReady).toBe(false);
      clock.millis += longest / 2 + 1;
      const probe = enter();
      expect(breaker.enter()).toBeUndefined();
      expect(breaker.failed(probe, 'still')).toBe('open');
    }
    expect(breaker.outage).toMatchObject({ since: START, says: 'still' });
  });

  it('closes at a success, also of an attempt that began before it opened', () => {
    const { clock, breaker, enter } = aBreaker();
    const slow = enter();
    breaker.failed(enter(), 'refused');
    expect(breaker.succeeded(slow)).toBe(true);
    breaker.failed(enter(), 'refused');
    clock.millis += 1_000;
    expect(breaker.succeeded(enter())).toBe(true);
    expect(breaker.outage).toBeUndefined();
  });

  it('is not held up by a failure of an old attempt, a probe that told nothing, or a clock that is set back', () => {
    const { clock, breaker, enter } = aBreaker();
    const old = enter();
    breaker.failed(enter(), 'refused');
    clock.millis += 1_000;
    breaker.failed(old, 'refused');
    breaker.dropped(enter());
    expect(breaker.isReady).toBe(true);
    breaker.failed(enter(), 'refused');
    expect(breaker.isReady).toBe(false);
    clock.millis -= 24 * 3_600_000;
    expect(breaker.isReady).toBe(true);
  });

  it('has another generation whenever what was turned away is to be asked again', () => {
    const { clock, breaker, enter } = aBreaker();
    const seen = [breaker.generation];
    breaker.failed(enter(), 'refused');
    seen.push(breaker.generation);
    clock.millis += 1_000;
    seen.push(breaker.generation);
    breaker.succeeded(enter());
    seen.push(breaker.generation);
    expect(new Set(seen).size).toBe(4);
    breaker.succeeded(enter());
    expect(breaker.generation).toBe(seen.at(-1));
  });
});
