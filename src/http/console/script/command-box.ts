/** The box that commands are typed into, with their history, and the keys and clicks of the page. A part of `script.ts`. */
export const commandBox = String.raw`/* ---- Command box: history with the arrow keys ------------------------------------------------------------------ */

const history = {
  lines: JSON.parse(sessionStorage.getItem('tocsin-history') || '[]'),
  at: 0,
  draft: '',
  push(line) {
    if (this.lines.at(-1) !== line) this.lines = [...this.lines, line].slice(-100);
    sessionStorage.setItem('tocsin-history', JSON.stringify(this.lines));
    this.at = 0;
  },
  /** 1 is one step back in time, -1 one forward; 0 is the line being typed. */
  move(step, typed) {
    if (this.at === 0) this.draft = typed;
    this.at = Math.min(Math.max(this.at + step, 0), this.lines.length);
    return this.at === 0 ? this.draft : this.lines.at(-this.at);
  },
};

const input = byId('command');

byId('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  const command = input.value.trim();
  if (!command) return;
  history.push(command);
  input.value = '';
  await perform(command, null);
});

input.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    event.preventDefault();
    input.value = history.move(event.key === 'ArrowUp' ? 1 : -1, input.value);
    input.setSelectionRange(input.value.length, input.value.length);
  } else if (event.key === 'Escape') {
    if (input.value) input.value = '';
    else byId('answers').firstElementChild?.remove();
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, dialog')) return;
  event.preventDefault();
  input.focus();
  input.select();
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-command]');
  const close = event.target.closest('button.close');
  if (button) press(button);
  if (close) {
    const box = close.closest('.answer');
    const next = box.parentElement.querySelector('.acts button') || input;
    box.remove();
    next.focus({ preventScroll: true });
  }
});
`;
