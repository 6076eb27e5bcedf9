/** The page's style sheet: one dark and one light set of colours, one column on a phone, two on a desk. */
export const style = String.raw`:root {
  color-scheme: dark light;
  --bg: #0a0e13;
  --surface: #111820;
  --raised: #18212b;
  --line: #26313d;
  --text: #e4eaf0;
  --dim: #97a5b4;
  --accent: #7cc4ff;
  --on-accent: #06121d;
  --critical: #ff6b68;
  --major: #ff9a4d;
  --warning: #f0c24f;
  --info: #6cb4ff;
  --ok: #46cf94;
  --neutral: #97a5b4;
  --bell: #f0c24f;
  --tint: 15%;
  --shadow: none;
}

@media (prefers-color-scheme: light) {
  :root {
    --bg: #f3f5f8;
    --surface: #ffffff;
    --raised: #f0f3f6;
    --line: #d8dfe6;
    --text: #16202a;
    --dim: #566370;
    --accent: #0b5fb4;
    --on-accent: #ffffff;
    --critical: #bd1f2b;
    --major: #a94a06;
    --warning: #7c5900;
    --info: #0b5fb4;
    --ok: #0f7146;
    --neutral: #566370;
    /* Bars and dots may be brighter than words: they need less contrast. */
    --critical-mark: #d8323e;
    --major-mark: #e06c1f;
    --warning-mark: #e0a310;
    --info-mark: #2b7fd6;
    --ok-mark: #1c9a61;
    --bell: #d08c00;
  --tint: 9%;
    --shadow: 0 1px 2px rgb(20 32 44 / 7%);
  }
}

.tone-critical { --tone: var(--critical); --mark: var(--critical-mark, var(--critical)); }
.tone-major { --tone: var(--major); --mark: var(--major-mark, var(--major)); }
.tone-warning { --tone: var(--warning); --mark: var(--warning-mark, var(--warning)); }
.tone-info { --tone: var(--info); --mark: var(--info-mark, var(--info)); }
.tone-ok { --tone: var(--ok); --mark: var(--ok-mark, var(--ok)); }
.tone-neutral { --tone: var(--neutral); --mark: var(--neutral-mark, var(--neutral)); }

*, *::before, *::after { box-sizing: border-box; }

body {
  display: flex;
  flex-direction: column;
  margin: 0;
  min-height: 100vh;
  background: var(--bg);
  color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
  -webkit-text-size-adjust: 100%;
}

h1, h2, h3, p, ul, ol, dl, dd, figure, blockquote { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--accent); text-underline-offset: 2px; }
code, kbd, #command { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: .92em; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; }
[hidden] { display: none !important; }
.dim { color: var(--dim); font-weight: 400; }

:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }

.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.skip {
  position: absolute; left: 12px; top: -60px; z-index: 10; padding: 8px 14px;
  background: var(--accent); color: var(--on-accent); border-radius: 6px;
}
.skip:focus { top: 10px; }

/* ---- Frame ---- */
.top, main, .bottom, .notice { width: 100%; max-width: 1320px; margin: 0 auto; padding-inline: 20px; }
.top { display: flex; align-items: center; gap: 16px; padding-block: 16px 12px; }
.brand { display: flex; align-items: center; gap: 10px; color: inherit; text-decoration: none; }
.places { font-size: 14px; }
.places a { color: var(--dim); }
.feeds { margin: 12px 0 16px; color: var(--dim); font-size: 13px; overflow-wrap: anywhere; }
.brand h1, .brand span { font-size: 18px; font-weight: 650; letter-spacing: .01em; }
.bell { width: 24px; height: 24px; fill: var(--bell); }
.live { display: inline-flex; align-items: center; gap: 8px; margin-left: auto; color: var(--dim); font-size: 13px; }
.dot { width: 8px; height: 8px; flex: none; border-radius: 50%; background: var(--mark, var(--neutral)); }
.live[data-state="live"] .dot { background: var(--ok); animation: breathe 3s ease-in-out infinite; }
.live[data-state="lost"] { color: var(--critical); }
.live[data-state="lost"] .dot { background: var(--critical); }
@keyframes breathe { 50% { opacity: .35; } }
.leave { display: flex; align-items: center; gap: 10px; color: var(--dim); font-size: 13px; }
.quiet {
  padding: 3px 10px; border: 1px solid var(--line); border-radius: 6px; background: none; color: var(--dim); font-size: 13px;
}
.quiet:hover { color: var(--text); border-color: var(--dim); }
.notice {
  width: calc(100% - 40px); max-width: 1280px; margin-block: 0 12px; padding: 8px 18px; border-radius: 10px;
  background: color-mix(in srgb, var(--critical) var(--tint), var(--surface)); color: var(--critical);
}
main { flex: 1; padding-bottom: 32px; }
.bottom {
  display: flex; flex-wrap: wrap; gap: 6px 20px; padding-block: 16px 28px; color: var(--dim); font-size: 13px;
  border-top: 1px solid var(--line);
}
kbd {
  padding: 0 6px; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; color: var(--dim); font-size: 12px;
}
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 28px; align-items: start; }
h2 { display: flex; align-items: center; gap: 8px; margin: 22px 0 10px; font-size: 14px; font-weight: 600; color: var(--dim); }
.count { padding: 0 8px; border-radius: 999px; background: var(--line); font-size: 12px; line-height: 20px; }
.empty { padding: 18px; border: 1px dashed var(--line); border-radius: 10px; color: var(--dim); }
.back { margin: 4px 0 12px; font-size: 14px; }

/* ---- The one line that a wall screen is read for ---- */
.pulse {
  display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 18px; padding: 12px 18px;
  border-radius: 10px; border-left: 5px solid var(--mark);
  background: color-mix(in srgb, var(--mark) var(--tint), var(--surface));
}
.pulse-words { font-size: 20px; font-weight: 600; }
.pulse-poll { display: flex; flex-wrap: wrap; gap: 0 14px; margin-left: auto; color: var(--dim); font-size: 13px; }
.pulse-blind { color: var(--warning); }
.pulse-poll, .card-at { white-space: nowrap; }

/* ---- Command box ---- */
.ask { margin-top: 14px; }
.ask form {
  display: flex; align-items: center; gap: 8px; padding: 5px 5px 5px 14px;
  border: 1px solid var(--line); border-radius: 10px; background: var(--surface); box-shadow: var(--shadow);
}
.ask form:focus-within { border-color: var(--accent); outline: 1px solid var(--accent); }
.prompt { color: var(--accent); font-weight: 700; }
#command { flex: 1; min-width: 0; padding: 6px 0; border: 0; outline: 0; background: none; font-size: 15px; }
#command::placeholder { color: var(--dim); opacity: .75; }
.ask form:focus-within .ask-key { visibility: hidden; }
.ask-hint { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin: 8px 2px 0; color: var(--dim); font-size: 13px; }
.chip {
  padding: 1px 9px; border: 1px solid var(--line); border-radius: 999px; background: none; color: var(--dim); font-size: 13px;
}
.chip:hover { color: var(--text); border-color: var(--dim); }
.answer { margin-top: 12px; padding: 10px; border: 1px solid var(--line); border-radius: 12px; background: var(--raised); }
.answer > header { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin: 0 4px 8px; color: var(--dim); }
.answer > header code::before { content: "› "; color: var(--accent); }
.problem { color: var(--critical); }
.answer > .problem { margin: 0 4px; }

/* ---- Cards ---- */
.cards { display: grid; gap: 12px; }
.card {
  position: relative; overflow: hidden; padding: 14px 18px 14px 22px;
  border: 1px solid var(--line); border-radius: 10px; background: var(--surface); box-shadow: var(--shadow);
}
.card::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 5px; background: var(--mark); }
.card-head { display: flex; align-items: baseline; gap: 10px; }
.badge {
  flex: none; padding: 1px 8px; border-radius: 5px; font-size: 11.5px; font-weight: 700; letter-spacing: .04em;
  color: var(--tone); background: color-mix(in srgb, var(--mark) var(--tint), transparent);
}
.card-title { flex: 1; min-width: 0; font-size: 16px; font-weight: 600; line-height: 1.35; }
.card-at { flex: none; color: var(--dim); font-size: 13px; }
.card-body { display: grid; gap: 12px; margin-top: 10px; }
.card-body:empty { display: none; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 8px 20px; }
.facts .wide { grid-column: 1 / -1; }
.facts dt { color: var(--dim); font-size: 12.5px; }
.rich { display: grid; gap: 8px; max-width: 78ch; }
.rich ul, .rich ol { padding-left: 20px; list-style: disc; }
.rich ol { list-style: decimal; }
.rich-heading { font-weight: 600; }
.quote { padding: 10px 14px; border-left: 3px solid var(--line); border-radius: 0 8px 8px 0; background: var(--raised); }
.quote figcaption { margin-bottom: 4px; color: var(--dim); font-size: 13px; }
.quote details { display: grid; }
.quote summary { width: fit-content; color: var(--accent); cursor: pointer; font-size: 14px; }
.quote details p, .quote details ul, .quote details ol { margin-top: 8px; }
.chart img { display: block; width: 100%; max-width: 800px; height: auto; border: 1px solid var(--line); border-radius: 8px; }
.chart figcaption { margin-top: 4px; color: var(--dim); font-size: 13px; }
.table { overflow-x: auto; }
table { width: max-content; min-width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--dim); font-size: 12.5px; font-weight: 500; white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
td { max-width: 34ch; overflow-wrap: normal; }
.lines { display: grid; gap: 5px; }
.lines li { display: grid; grid-template-columns: 8px 1fr; gap: 10px; }
.lines li::before { content: ""; width: 8px; height: 8px; margin-top: 7px; border-radius: 50%; background: var(--mark); }
.acts { display: flex; flex-wrap: wrap; gap: 8px; }
.act {
  display: inline-flex; align-items: center; min-height: 34px; padding: 4px 14px; border: 1px solid var(--line);
  border-radius: 7px; background: var(--raised); color: var(--text); font-size: 14px; font-weight: 500; text-decoration: none;
}
.act:hover { border-color: var(--dim); }
.act-primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.act-primary:hover { border-color: var(--accent); filter: brightness(1.08); }
.act-danger { border-color: color-mix(in srgb, var(--critical) 55%, var(--line)); background: none; color: var(--critical); }
[aria-disabled="true"] { opacity: .55; cursor: progress; }
.link { padding: 0; border: 0; background: none; text-align: start; color: var(--accent); text-decoration: underline; text-underline-offset: 2px; }
.card-foot { color: var(--dim); font-size: 12.5px; }
.arrived > .card { animation: arrive 1.6s ease-out; }
@keyframes arrive { from { background: color-mix(in srgb, var(--tone) 32%, var(--surface)); } }

/* ---- Folds ---- */
summary { cursor: pointer; }
.fold > summary { list-style: none; }
.fold > summary::-webkit-details-marker { display: none; }
.fold > summary h2 { width: fit-content; }
.fold > summary h2::before, .well > summary::after {
  content: ""; width: 6px; height: 6px; border: solid var(--dim); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg);
}
.fold[open] > summary h2::before, .well[open] > summary::after { transform: rotate(45deg); }
.rows { gap: 8px; }
.row { padding-block: 8px; }
.row > summary { display: flex; align-items: baseline; gap: 10px; list-style: none; }
.row > summary::-webkit-details-marker { display: none; }
.row .card-title { font-size: 15px; font-weight: 500; }
.row > summary:hover .card-title { text-decoration: underline; text-underline-offset: 3px; }

/* ---- Services and sources ---- */
.tenant + .tenant { margin-top: 14px; }
.tenant h3 { margin-bottom: 6px; font-size: 14px; font-weight: 600; }
.tiles { display: grid; gap: 8px; margin-bottom: 8px; }
.tile, .source { padding: 9px 14px; border: 1px solid var(--line); border-left: 4px solid var(--mark); border-radius: 8px; background: var(--surface); }
.tile-name { font-weight: 550; }
.word { color: var(--tone); }
.tile-status { font-size: 14px; }
.tile-more { color: var(--dim); font-size: 13px; }
.tile-more:empty { display: none; }
.well > summary { display: flex; align-items: center; gap: 8px; width: fit-content; color: var(--dim); font-size: 13.5px; }
.well > summary:hover { color: var(--text); }
.chips { display: flex; flex-wrap: wrap; gap: 5px; margin-top: 8px; }
.chips li { padding: 1px 9px; border-radius: 999px; background: color-mix(in srgb, var(--ok) var(--tint), transparent); color: var(--ok); font-size: 12.5px; }
.sources { display: grid; gap: 8px; }
.sources + .sources { margin-top: 8px; }
.source-name { display: flex; justify-content: space-between; gap: 12px; font-size: 14px; font-weight: 550; }
.source-name .word { flex: none; }
.source-detail { font-size: 13.5px; }
.source-facts { display: flex; flex-wrap: wrap; gap: 0 14px; color: var(--dim); font-size: 13px; }

/* ---- Door and dialog ---- */
.door { padding: 20px; }
.door main { flex: none; max-width: 400px; margin: auto; padding: 0; }
.login { display: grid; gap: 4px; padding: 28px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); box-shadow: var(--shadow); }
.login h1 { margin: 14px 0 6px; font-size: 22px; }
.login label { margin-top: 10px; font-weight: 550; }
.login input { padding: 9px 12px; border: 1px solid var(--line); border-radius: 7px; background: var(--bg); }
.login .hint { color: var(--dim); font-size: 13px; }
.login .act { justify-content: center; margin-top: 18px; min-height: 40px; }
dialog { max-width: 440px; padding: 22px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); color: var(--text); }
dialog::backdrop { background: rgb(4 8 12 / 65%); }
dialog p { margin-bottom: 18px; font-size: 16px; }
dialog .acts { justify-content: flex-end; }

@media (max-width: 900px) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 6px; }
}
@media (max-width: 560px) {
  .top, main, .bottom { padding-inline: 12px; }
  .notice { width: calc(100% - 24px); padding-inline: 14px; }
  .top { padding-block: 12px 10px; gap: 12px; }
  .card { padding: 12px 14px 12px 18px; }
  .card-head, .row > summary { flex-wrap: wrap; gap: 4px 10px; }
  .card-title { order: 3; flex-basis: 100%; }
  .card-at { margin-left: auto; }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 14px; }
  .act { min-height: 42px; }
  .ask-key { display: none; }
  .pulse-words { font-size: 18px; }
  .pulse-poll { margin-left: 0; }
  /* A smaller size makes phones zoom into the field. */
  #command, .login input { font-size: 16px; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .card::before, .dot, .lines li::before { forced-color-adjust: none; }
}
`;
