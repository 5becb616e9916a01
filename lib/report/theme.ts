/** Colours that stay apart for colour-blind readers (Okabe & Ito 2008); shape or dash always says the same again. */
export const COLOURS = {
  treated: "#D55E00",
  control: "#0072B2",
  third: "#009E73",
  fourth: "#CC79A7",
  fifth: "#E69F00",
  sixth: "#56B4E9",
  ink: "#1b1b1b",
  quiet: "#5f6368",
  rule: "#9aa0a6",
  faint: "#e8eaed",
  paper: "#ffffff",
} as const;

/** Colours of series in the order in which they are drawn. */
export const SERIES: readonly string[] = [
  COLOURS.treated,
  COLOURS.control,
  COLOURS.third,
  COLOURS.fourth,
  COLOURS.fifth,
  COLOURS.sixth,
];

export const SYMBOLS = ["circle", "square", "triangle", "diamond", "cross", "star"] as const;

/** A light-to-dark scale for amounts, readable in grey too (ColorBrewer's YlGnBu, six steps). */
export const AMOUNTS: readonly string[] = [
  "#ffffd9",
  "#c7e9b4",
  "#7fcdbb",
  "#41b6c4",
  "#1d91c0",
  "#225ea8",
  "#0c2c84",
];

/** Below and above zero: orange to white to blue, told apart by colour-blind readers. */
export const SIGNED: readonly string[] = [
  "#a34700",
  "#d55e00",
  "#f2b48c",
  "#ffffff",
  "#9cc7e3",
  "#0072b2",
  "#08457a",
];

/** First the font that the PNG renderer carries, then what a reader's system has. */
export const FONT = "'Source Sans 3', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

export const WIDTH = 720;
export const TEXT = { title: 17, subtitle: 13.5, body: 12.5, small: 11.5 } as const;
