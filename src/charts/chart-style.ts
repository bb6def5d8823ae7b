/** What all charts have in common. */
export const FONT = 'DejaVu Sans';
const FAMILY = `${FONT}, sans-serif`;

/** The mean width of a letter of DejaVu Sans, in font sizes: ECharts has no canvas to measure on, and guesses too low. */
export const LETTER_WIDTH = 0.61;

/**
 * Colours that differ for colour-blind people too (Okabe and Ito, Color Universal Design, 2008), each with a line and a
 * marker of its own, so that none of it is told by colour alone.
 */
export const MARKS = [
  { color: '#0072b2', onDark: '#56b4e9', type: 'solid', symbol: 'circle' },
  { color: '#d55e00', onDark: '#e69f00', type: 'dashed', symbol: 'triangle' },
  { color: '#000000', onDark: '#ffffff', type: 'dotted', symbol: 'rect' },
  { color: '#009e73', onDark: '#3fc79a', type: [8, 3, 2, 3], symbol: 'diamond' },
] as const;

const LIGHT = { ground: '#ffffff', ink: '#222222', soft: '#555555', grid: '#dddddd' };
const DARK = { ground: '#1f2226', ink: '#e9eaec', soft: '#a8afb9', grid: '#363a41' };

const SOURCE_SIZE = 10;
export const SOURCE_LINE = 12;
/** Left and right of texts together. */
const SIDES = 24;

/** About how wide a text is in CSS pixels. */
export function widthOf(text: string, fontSize: number): number {
  return text.length * LETTER_WIDTH * fontSize;
}

/** How many lines the source takes in a chart of a width. */
export function linesOf(source: string, width: number): number {
  return Math.max(1, Math.ceil(widthOf(source, SOURCE_SIZE) / (width - SIDES)));
}

export interface ChartSize {
  /** In CSS pixels. */
  readonly width: number;
  readonly isDark: boolean;
}

/** Ground, colours, title and source line, the same for every chart. */
export function styleOf({ width, isDark }: ChartSize, title: string, source: string) {
  const { ground, ink, soft, grid } = isDark ? DARK : LIGHT;
  const label = { fontFamily: FAMILY, color: ink, fontSize: 12 };
  return {
    soft,
    ink,
    grid,
    ground,
    label,
    colorOf: (index: number) => {
      const mark = MARKS[index % MARKS.length]!;
      return isDark ? mark.onDark : mark.color;
    },
    base: {
      animation: false as const,
      useUTC: true,
      // Its own ground: a transparent one would be dark in dark mode.
      backgroundColor: ground,
      textStyle: { fontFamily: FAMILY },
      title: [
        {
          text: title,
          left: 12,
          top: 8,
          textStyle: { ...label, fontSize: 15, width: width - SIDES, overflow: 'truncate' as const },
        },
        {
          text: source,
          left: 12,
          bottom: 4,
          textStyle: {
            ...label,
            ...{ fontSize: SOURCE_SIZE, lineHeight: SOURCE_LINE, fontWeight: 'normal' as const, color: soft },
            ...{ width: width - SIDES, overflow: 'break' as const },
          },
        },
      ],
    },
  };
}
