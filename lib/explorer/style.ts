/** The explorer's style sheet. It lives in a shadow root: it touches nothing else, and nothing else touches it. */
export const STYLE = `
:host { display: block; margin: 1rem 0; color-scheme: light dark; }
.explorer {
  --paper: #ffffff; --raised: #f6f5f1; --ink: #1d1c1a; --quiet: #5b5a56; --rule: #d9d6cd;
  --first: #b84f00; --second: #0067a3; --third: #00795b; --focus: #0067a3; --warn: #8a3b00;
  font-family: "Source Sans 3 Variable", "Source Sans 3", "Segoe UI", system-ui, "Helvetica Neue", Arial, sans-serif;
  font-size: 15px; line-height: 1.45; color: var(--ink); background: var(--paper);
  border: 1px solid var(--rule); border-radius: 10px; container-type: inline-size; text-align: left;
  overflow: hidden;
}
.explorer[data-theme="dark"] {
  --paper: #191a1d; --raised: #212328; --ink: #ecebe7; --quiet: #aeada7; --rule: #3b3d44;
  --first: #f0914a; --second: #63b3e8; --third: #45c49d; --focus: #8cc8f2; --warn: #f5b27e;
  color-scheme: dark;
}
.explorer[data-theme="light"] { color-scheme: light; }
* { box-sizing: border-box; }
h2, h3, p, ol, figure { margin: 0; }
[hidden] { display: none !important; }
.quiet { color: var(--quiet); font-size: 13px; }

header { padding: 20px 22px 16px; border-bottom: 1px solid var(--rule); }
.eyebrow { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet); }
.eyebrow b { color: var(--third); }
.finding { margin-top: 6px; min-height: 6.2em; }
.number { font-size: 34px; line-height: 1.15; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.number small { font-size: 17px; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.sentence { font-size: 17px; max-width: 62ch; }
.sure { color: var(--quiet); max-width: 76ch; }
.failure { border-left: 3px solid var(--warn); padding: 4px 0 4px 12px; max-width: 70ch; }
.failure b { color: var(--warn); }
.notice { margin-top: 12px; padding: 8px 12px; background: var(--raised); border-radius: 6px; font-size: 14px; }
.notice p + p { margin-top: 4px; }
.work { display: flex; align-items: center; gap: 10px; margin-top: 8px; font-size: 13px; color: var(--quiet); min-height: 28px; }
progress { width: 140px; height: 6px; accent-color: var(--first); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; align-items: center; }

button, select, input[type=number] {
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; padding: 4px 8px; min-height: 32px;
}
button { cursor: pointer; padding: 4px 12px; }
button:hover { border-color: var(--quiet); }
.actions button, .work button { font-size: 14px; }
.work button { min-height: 26px; padding: 1px 8px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
input[type=range] { accent-color: var(--first); width: 100%; min-width: 0; height: 26px; margin: 0; }
input[type=checkbox], input[type=radio] { accent-color: var(--first); margin: 0 7px 0 0; width: 15px; height: 15px; flex: none; }

.body { display: block; }
.controls { background: var(--raised); }
.group { border-bottom: 1px solid var(--rule); }
.group > summary { cursor: pointer; padding: 11px 22px; font-weight: 600; font-size: 14px; list-style-position: inside; }
.group > .fields { padding: 0 22px 16px; display: grid; gap: 12px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; }
form { margin: 0; min-width: 0; font-size: 14px; }
form > label { display: block; margin-bottom: 3px; color: var(--quiet); font-size: 13px; }
form select { width: 100%; min-width: 0; }
form > div { min-width: 0; }
form > div:has(> input[type=range]) { display: grid; grid-template-columns: 5.2em minmax(0, 1fr); gap: 10px; align-items: center; }
form > div > input[type=number] { width: 100%; }
form > div > label { display: flex; align-items: center; padding: 3px 0; }
form[data-field=dropped] > div { display: grid; grid-template-columns: repeat(auto-fill, minmax(66px, 1fr)); }

.views { display: grid; align-content: start; grid-template-columns: minmax(0, 1fr); }
.view { padding: 18px 22px 16px; border-bottom: 1px solid var(--rule); min-width: 0; }
.view h3 { font-size: 15px; font-weight: 600; }
.view .sub { color: var(--quiet); font-size: 13px; margin-bottom: 6px; min-height: 1.45em; }
.plot.stale { opacity: .35; }
.plot svg { display: block; max-width: 100%; height: auto; }
.keys { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 13px; color: var(--quiet); margin-top: 4px; }
.keys span { display: inline-flex; align-items: center; gap: 6px; }
.keys i { width: 14px; height: 11px; border-radius: 2px; display: inline-block; border: 1px solid var(--quiet); }
.keys i.line { height: 0; width: 18px; border: 0; border-top: 2.5px solid; border-radius: 0; }
.view details { margin-top: 6px; font-size: 13px; }
.view details summary { cursor: pointer; color: var(--quiet); }
.view ol { padding: 6px 0 0 20px; display: grid; gap: 6px; }
.view ol button { font-size: 12px; min-height: 24px; padding: 0 8px; margin-left: 6px; }
textarea { display: block; width: 100%; margin-top: 8px; min-height: 15em; font: 12.5px/1.5 "Source Code Pro Variable", ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
  color: inherit; background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: 10px 12px; resize: vertical; white-space: pre; }
footer { padding: 12px 22px 14px; font-size: 12.5px; color: var(--quiet); }

@container (min-width: 700px) {
  .views { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .view.wide { grid-column: 1 / -1; }
  .view:nth-child(even) { border-right: 1px solid var(--rule); }
  .group > .fields { grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px 22px; align-items: start; }
  form[data-field=controls], form[data-field=dropped] { grid-column: 1 / -1; }
  form[data-field=controls] > div { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); }
}
@container (min-width: 940px) {
  .body { display: grid; grid-template-columns: 290px minmax(0, 1fr); }
  .controls { border-right: 1px solid var(--rule); }
  .group > .fields { grid-template-columns: minmax(0, 1fr); gap: 12px; }
}
@container (max-width: 460px) {
  header, .view { padding-left: 14px; padding-right: 14px; }
  .group > summary { padding: 10px 14px; } .group > .fields { padding: 0 14px 14px; }
  .number { font-size: 28px; } .sentence { font-size: 16px; } footer { padding: 12px 14px; }
}
`;
