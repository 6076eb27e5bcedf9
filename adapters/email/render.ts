import { renderTerminal } from '../../src/lib/terminal/render.js';
import type { Card, Section } from '../../src/model/card.js';
import type { Chart } from '../../src/model/chart.js';
import { incidentName } from '../../src/model/incident.js';
import { inlinesToText, richToText, type Inline, type RichBlock } from '../../src/model/rich.js';
import type { Message, ThreadLine } from '../../src/notify/adapter.js';
import { fit } from './fit.js';
import { badgeOf, renderHtml } from './html.js';
import { clip, oneLine } from './words.js';

/** A mail without its addresses and ids. */
export interface Mail {
  readonly subject: string;
  /** What the subjects of a thread have in common: mail programs set a new thread apart by its subject. */
  readonly core: string;
  readonly text: string;
  readonly html: string;
  /** To be drawn and put beside the HTML under these content ids. */
  readonly pictures: readonly { readonly cid: string; readonly chart: Chart }[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailInput {
  readonly message: Message;
  readonly channel: string;
  readonly publicUrl: string;
  readonly timeZone: string;
  /** `core` of the thread's first mail. */
  readonly core: string | undefined;
}

const SUBJECT_MAX = 160;
const PREVIEW_MAX = 240;
const NEWS_MAX = 12;
/** Narrow columns of a table can make much of few words. */
const TEXT_MAX = 60_000;

/** Pure: the same message is the same mail. */
export function renderMail({ message, channel, publicUrl, timeZone, core }: MailInput): Mail {
  const card = fit(mailCard(message, channel, publicUrl));
  const common = core ?? coreOf(message);
  const subject = `[${clip(badgeOf(card), 30)}] ${common}`;
  const charts = card.sections.filter((section) => section.kind === 'chart');
  const cidOf = (section: Section): string | undefined => {
    const index = section.kind === 'chart' ? charts.indexOf(section) : -1;
    return index < 0 ? undefined : `chart-${index + 1}@tocsin`;
  };
  return {
    subject,
    core: common,
    text: wholeLines(renderTerminal(card, { colour: false, width: 76, timeZone }), TEXT_MAX),
    html: renderHtml({ card, title: subject, preview: previewOf(message), timeZone, cidOf }),
    pictures: charts.map((chart) => ({ cid: cidOf(chart) ?? '', chart })),
    headers: headersOf(message, channel, publicUrl, common),
  };
}

function wholeLines(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, text.lastIndexOf('\n', max))}\n\n… and more: the rest is in the console.\n`;
}

/** `Exchange Online: Users can't reach their mailboxes (INC-1042, contoso)` */
function coreOf({ card, incident }: Message): string {
  const title = oneLine(card.title) || oneLine(card.fallback) || 'Tocsin';
  if (incident === undefined) return clip(title, SUBJECT_MAX);
  const ids = ` (${incidentName(incident.id)}, ${oneLine(incident.tenant)})`;
  return `${clip(title, SUBJECT_MAX - ids.length)}${ids}`;
}

/** The card as a mail shows it: what is new comes first, and only what leads somewhere is a button. */
function mailCard({ card, news = [], url, incident }: Message, channel: string, publicUrl: string): Card {
  const label = incident === undefined ? 'Open the console' : `Open ${incidentName(incident.id)}`;
  const console = { id: 'link', label, style: 'primary', href: url } as const;
  const host = URL.canParse(publicUrl) ? new URL(publicUrl).host : publicUrl;
  const sender: Inline = { text: `sent by Tocsin at ${host}, channel ${channel}` };
  return {
    ...card,
    sections: [...newsSection(news), ...card.sections],
    actions: [...(url === '' ? [] : [console]), ...card.actions.filter(({ href }) => href !== undefined)],
    footer: [...(card.footer ?? []), ...(card.footer === undefined ? [] : [{ text: ' · ' }]), sender],
  };
}

/** Only the newest: the console has all of it. */
function newsSection(news: readonly ThreadLine[]): readonly Section[] {
  if (news.length === 0) return [];
  const shown = news.slice(-NEWS_MAX);
  const older = news.length - shown.length;
  const text: RichBlock[] = [
    { kind: 'heading', inlines: [{ text: 'Since the last mail' }] },
    {
      kind: 'list',
      ordered: false,
      items: [
        ...(older === 0 ? [] : [[{ text: `${older} earlier, in the console` }]]),
        ...shown.map(({ at, who, text: words }) => [
          { time: at },
          { text: ` ${who}: `, bold: true },
          { text: clip(oneLine(richToText(words)), 600) },
        ]),
      ],
    },
  ];
  return [{ kind: 'text', text }];
}

/** Not the subject once more: what is new, or since when and why. */
function previewOf({ card, news = [] }: Message): string {
  const last = news.slice(-2).map(({ who, text }) => `${who}: ${richToText(text)}`);
  const facts = card.sections.flatMap((section) => (section.kind === 'facts' ? section.facts : []));
  const told = facts.slice(0, 4).map(({ label, value }) => `${label}: ${inlinesToText(value)}`);
  const words = oneLine([...last, ...told].join(' · '));
  return clip(words || oneLine(card.fallback), PREVIEW_MAX);
}

/** For filters and rules of mail programs, and so that no machine answers. */
function headersOf(
  { incident, topic, status }: Message,
  channel: string,
  publicUrl: string,
  core: string,
): Record<string, string> {
  const host = URL.canParse(publicUrl) ? new URL(publicUrl).hostname.replace(/[^\w.-]/g, '') : '';
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': `<${channel.replace(/[^\w.-]+/g, '-').replace(/^-/, '')}.${host || 'tocsin.invalid'}>`,
    'Thread-Topic': core,
    // It is bad, and nobody has it: programs mark such a mail, and may let it through at night.
    ...(incident?.severity === 'critical' && incident.state === 'open'
      ? { Importance: 'High', 'X-Priority': '1 (Highest)' }
      : {}),
    'X-Tocsin-Channel': channel,
    'X-Tocsin-Topic': oneLine(topic),
    'X-Tocsin-State': stateOf(incident, status),
    ...(incident === undefined
      ? {}
      : { 'X-Tocsin-Severity': incident.severity, 'X-Tocsin-Tenant': oneLine(incident.tenant) }),
  };
}

/** An announcement is never open, and yet is no end of anything. */
function stateOf(incident: Message['incident'], status: Message['status']): string {
  if (incident === undefined || (incident.state === 'resolved' && status === 'firing')) return 'announced';
  return incident.state;
}
