/** Runs a command and shows its answer: under the card whose button was pressed, or else under the command box. A part of `script.ts`. */
export const commands = String.raw`/* ---- Commands -------------------------------------------------------------------------------------------------- */

async function ask(command) {
  const response = await fetch('/api/v1/command', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command, render: 'html' }),
  });
  const answer = await response.json();
  if (response.status === 401) location.assign('/login?next=' + encodeURIComponent(location.pathname));
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

/** Markup comes from our own server alone, which escaped everything in it. */
function parse(markup) {
  const holder = document.createElement('template');
  holder.innerHTML = markup;
  tellTimes(holder.content);
  return holder.content;
}

function answerBox(command, content, ok) {
  const box = document.createElement('section');
  box.className = ok ? 'answer' : 'answer failed';
  box.setAttribute('aria-label', 'Answer to ' + command);
  const head = document.createElement('header');
  const words = document.createElement('code');
  words.textContent = command;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'quiet close';
  close.textContent = 'Close';
  close.setAttribute('aria-label', 'Close the answer to ' + command);
  head.append(words, close);
  box.append(head, content);
  return box;
}

function problem(text) {
  const line = document.createElement('p');
  line.className = 'problem';
  line.textContent = text;
  return line;
}

/** Runs it and shows the answer: under the card whose button was pressed, else under the command box. */
async function perform(command, origin) {
  const item = origin && origin.closest('[data-region="open"] [data-card]');
  try {
    const answer = await ask(command);
    if (answer.replaces && answer.ok && item) item.querySelector(':scope > .answer')?.remove();
    else show(answerBox(command, parse(answer.html), answer.ok), item);
    say(answer.card.fallback);
  } catch (error) {
    const text = error instanceof TypeError ? 'No connection: the command was not run.' : error.message;
    show(answerBox(command, problem(text), false), item);
    say(text);
  }
  soon(0);
}

const KEPT_ANSWERS = 5;

function show(box, item) {
  if (item) {
    item.querySelector(':scope > .answer')?.remove();
    item.append(box);
  } else {
    const answers = byId('answers');
    answers.prepend(box);
    while (answers.children.length > KEPT_ANSWERS) answers.lastElementChild.remove();
  }
  box.scrollIntoView({ block: 'nearest' });
}

async function press(button) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  if (button.dataset.confirm && !(await confirmed(button.dataset.confirm, button.textContent.trim()))) return;
  button.setAttribute('aria-disabled', 'true');
  if (button.closest('.ask')) history.push(button.dataset.command);
  await perform(button.dataset.command, button);
  button.removeAttribute('aria-disabled');
}

function confirmed(question, yes) {
  const dialog = byId('confirm');
  setText(byId('confirm-words'), question);
  setText(byId('confirm-yes'), yes);
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
`;
