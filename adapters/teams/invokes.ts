import type { Log } from '../../src/lib/log.js';
import { within } from '../../src/lib/within.js';
import { readExecute, readTask, type ButtonData, type Inbound, type TeamsRef } from './activity.js';
import { placeOf, pressedCard } from './asking.js';
import { openForms, type Filler } from './forms.js';
import { invokeError, said, shown, taskAnswer } from './invoke-answers.js';
import { refreshed, runPressed, type PressParts } from './presses.js';
import type { InboundAnswer } from './transport.js';

export interface InvokeParts extends PressParts {
  readonly log: Log;
  readonly now: () => number;
}

/** Teams gives an invoke about ten seconds before it tells the person that something went wrong. */
const INVOKE_LIMIT_MS = 7_000;
const WORKING = 'Tocsin is working on it; the card will change by itself.';

/** Pressed buttons and sent forms: the person waits for what these are answered. */
export function openInvokes(parts: InvokeParts): (activity: Inbound) => Promise<InboundAnswer> {
  const { log, asking, duplicates, later } = parts;
  const forms = openForms(parts);
  return invoke;

  async function invoke(activity: Inbound): Promise<InboundAnswer> {
    if (activity.name === 'task/fetch' || activity.name === 'task/submit') return task(activity);
    if (activity.name !== 'adaptiveCard/action') return { status: 501 };
    const pressed = readExecute(activity.value);
    const place = placeOf(activity);
    if (pressed === undefined || place === undefined)
      return invokeError(400, 'BadRequest', 'This button is not one of ours.');
    const { verb, data } = pressed;
    const card = pressedCard(activity, place);
    const press = { activity, verb, data, card };
    if (verb === 'refresh') return refreshed(press, parts);
    const filler = fillerOf(activity, data, card);
    if (filler !== undefined) return withinLimit(filling(filler, verb, pressed.sent), data, said(WORKING));
    if (data.command === undefined) return invokeError(400, 'BadRequest', 'This button carries no command.');
    return withinLimit(runPressed(press, data.command, place, parts), data, said(WORKING));
  }

  function fillerOf(activity: Inbound, data: ButtonData, card: TeamsRef | undefined): Filler | undefined {
    const { opens } = data;
    return opens === undefined ? undefined : { data: { ...data, opens }, ask: asking(activity), card };
  }

  async function filling(filler: Filler, verb: string, sent: unknown): Promise<InboundAnswer> {
    const { data, card } = filler;
    if (card !== undefined) later(() => duplicates.settle(card, data));
    const answered =
      verb === 'submit'
        ? forms.submit(filler, sent)
        : verb === 'cancel'
          ? forms.cancel(filler)
          : forms.open(filler);
    const shows = await answered;
    return 'card' in shows ? shown(shows.card) : said(shows.said);
  }

  /** A form in a dialog: its answers are of another shape. */
  async function task(activity: Inbound): Promise<InboundAnswer> {
    const place = placeOf(activity);
    const read = readTask(activity.value);
    const filler =
      read === undefined || place === undefined
        ? undefined
        : fillerOf(activity, read.data, pressedCard(activity, place));
    if (read === undefined || filler === undefined) return { status: 400 };
    const shows = activity.name === 'task/submit' ? forms.send(filler, read.sent) : forms.fetch(filler);
    const late = taskAnswer({ type: 'message', value: WORKING });
    return withinLimit(shows.then(taskAnswer), read.data, late);
  }

  /** Late answers still come: as the card itself when it was to be replaced, which the platform no longer waits for. */
  async function withinLimit(
    answered: Promise<InboundAnswer>,
    { topic }: ButtonData,
    meanwhile: InboundAnswer,
  ): Promise<InboundAnswer> {
    const first = await within(answered, INVOKE_LIMIT_MS, () => undefined);
    if (first !== undefined) return first;
    later(async () => {
      const { status } = await answered;
      log.info({ topic, status }, 'a pressed button was answered late');
    });
    return meanwhile;
  }
}
