import { expect, test } from 'vitest';
import { createBudget, requirePrices } from '../../src/benchmarks/budget.ts';
import { makePrediction, makeRecord } from './make-run.ts';

test('no request is made that may go over, those in flight included', () => {
  const budget = createBudget({ usd: 1, requests: null }, []);
  // One alone, until its cost is known.
  expect([budget.reserve(), budget.reserve()]).toEqual([true, false]);
  budget.settle(0.3, 'm');
  expect([budget.reserve(), budget.reserve(), budget.reserve()]).toEqual([true, true, false]);
  budget.settle(0.2, 'm');
  budget.settle(0.1, 'm');
  expect(budget.spentUsd).toBeCloseTo(0.6, 10);
  expect([budget.reserve(), budget.reserve()]).toEqual([true, false]);
});

test('what was spent before counts', () => {
  const before = [makePrediction('a', { usage: { costUsd: 0.4 } }), makePrediction('b', { usage: null })];
  expect(createBudget({ usd: 0.7, requests: null }, before).reserve()).toBe(false);
  expect(createBudget({ usd: 0.8, requests: null }, before).reserve()).toBe(true);
  expect(createBudget({ usd: null, requests: 2 }, before).reserve()).toBe(false);
  expect(createBudget({ usd: null, requests: 3 }, before).reserve()).toBe(true);
});

test('a request that failed is one, and costs nothing that is known', () => {
  const budget = createBudget({ usd: 1, requests: 2 }, []);
  budget.reserve();
  budget.settle(null, 'm');
  expect([budget.reserve(), budget.reserve()]).toEqual([true, false]);
  expect(budget.spentUsd).toBe(0);
});

test('an answer whose cost nobody knows ends it', () => {
  const budget = createBudget({ usd: 1, requests: null }, []);
  budget.reserve();
  expect(() => budget.settle(undefined, 'm')).toThrow(expect.objectContaining({ code: 'benchmark-budget' }));
  const free = createBudget({ usd: null, requests: 5 }, []);
  free.reserve();
  expect(() => free.settle(undefined, 'm')).not.toThrow();
});

test('a budget needs prices of what costs money, and of nothing else', () => {
  const record = makeRecord();
  const isPaid = (name: string) => name === 'openai:m';
  expect(() => requirePrices(record, isPaid)).toThrow(
    /openai:m, whose prices are not known: give --price-in/,
  );
  record.contenders[1]!.prices = { input: 1, output: 2 };
  expect(() => requirePrices(record, isPaid)).not.toThrow();
});
