const BARS = '▁▂▃▄▅▆▇█';
export const SPARKLINE_GAP = '·';

/**
 * Figures as a line of bars for the terminal, the lowest as the shortest one. What was not measured is a dot, never a bar.
 *
 * @param width the most characters: of more figures the last ones are shown
 */
export function drawSparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const measured = shown.filter(value => value !== null);
  const [lowest, highest] = [Math.min(...measured), Math.max(...measured)];
  return shown
    .map(value => {
      if (value === null) return SPARKLINE_GAP;
      const share = highest === lowest ? 0 : (value - lowest) / (highest - lowest);
      return BARS[Math.round(share * (BARS.length - 1))]!;
    })
    .join('');
}
