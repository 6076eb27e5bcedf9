/** Times stand in the reader's zone, and ages by the program's clock, which the demo runs fast. A part of `script.ts`. */
export const time = String.raw`/* ---- Time: the program's clock, the reader's zone ------------------------------------------------------------- */

let clock = { program: Number(document.body.dataset.now), here: performance.now() };
const programNow = () => clock.program + (performance.now() - clock.here);

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const UNITS = [[86400, 'd'], [3600, 'h'], [60, 'min']];

function ageWords(at) {
  const seconds = Math.round((programNow() - at) / 1000);
  const span = Math.abs(seconds);
  if (span < 5) return 'now';
  const unit = UNITS.find(([size]) => span >= size);
  const words = unit ? Math.floor(span / unit[0]) + '\u00a0' + unit[1] : span + '\u00a0s';
  return seconds < 0 ? 'in\u00a0' + words : words + '\u00a0ago';
}

function tell(time) {
  const at = Date.parse(time.dateTime);
  if (Number.isNaN(at)) return;
  const age = ageWords(at);
  if (time.dataset.style === 'age') {
    setText(time, age);
  } else {
    const sameDay = new Date(at).toDateString() === new Date(programNow()).toDateString();
    setText(time, (sameDay ? clockFormat : dayFormat).format(at) + ' (' + age + ')');
  }
  if (!time.title) time.title = fullFormat.format(at);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tellTimes(root) {
  for (const time of root.querySelectorAll('time')) tell(time);
}
`;
