import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readMessage, readService, readStatusRow } from '../../../src/sources/office365-schema.js';
import { readStatus } from '../../../src/sources/service-health/words.js';

const PAYLOADS = '../shared/payloads';
const given = existsSync(`${PAYLOADS}/legacy-Services.json`) ? describe : describe.skip;

function rows(file: string): readonly unknown[] {
  const text = readFileSync(`${PAYLOADS}/${file}`, 'utf8');
  // The documentation's Messages begins with two braces: its meaning is what one of them gives.
  return (JSON.parse(text.replace(/^\s*\{\s*\{/, '{')) as { value: unknown[] }).value;
}

given('Microsoft’s own answers', () => {
  it('are services with their features, in both shapes', () => {
    expect(rows('legacy-Services.json').map(readService)).toMatchObject([
      { id: 'Bookings', name: 'Microsoft Bookings', features: ['Microsoft Bookings'] },
      { id: 'DynamicsCRM', name: 'Dynamics 365', features: expect.arrayContaining(['Sign In']) },
    ]);
    expect(rows('documented-legacy-Services.json').map(readService)).toMatchObject([
      { id: 'Exchange', name: 'Exchange Online', features: expect.arrayContaining(['Voice mail']) },
      { id: 'Lync', name: 'Lync Online' },
    ]);
  });

  it.each([
    ['legacy-CurrentStatus.json', 'Forms', 'Form functionality'],
    ['documented-legacy-CurrentStatus.json', 'Exchange', 'Voice mail'],
    ['legacy-HistoricalStatus.json', 'Bookings', 'Microsoft Bookings'],
    ['documented-legacy-HistoricalStatus.json', 'Exchange', 'Voice mail'],
  ])('%s has statuses with times and features', (file, id, feature) => {
    const read = rows(file).map(readStatusRow);
    expect(
      read.every((row) => typeof row?.time === 'string' && readStatus(row.status).name !== 'unknown'),
    ).toBe(true);
    expect(read[0]).toMatchObject({ id, status: 'ServiceOperational' });
    expect(read[0]?.features).toContainEqual({ name: feature, status: 'ServiceOperational' });
  });

  it('say "information available" on paper', () => {
    const day = rows('documented-legacy-HistoricalStatus.json').map(readStatusRow)[1];
    expect(day).toMatchObject({ status: 'InformationAvailable', incidentIds: ['EX20870'] });
    expect(day?.features.at(-1)).toEqual({ name: 'Voice mail', status: 'InformationAvailable' });
  });

  it('are incidents and posts as recorded', () => {
    const read = rows('legacy-Messages.json').map(readMessage);
    expect(
      read.map((row) => [row?.id, row?.incident, row?.status, row?.workload, row?.workloadName]),
    ).toEqual(
      expect.arrayContaining([
        ['EX213379', true, 'Extended recovery', 'Exchange', 'Exchange Online'],
        ['LY220759', true, 'False positive', 'Lync', 'Skype for Business'],
        ['MC198615', false, null, null, null],
      ]),
    );
    expect(read.at(-1)).toMatchObject({
      category: 'Stay Informed',
      affectedNames: ['Microsoft Forms'],
      severity: 'Normal',
    });
  });

  it('are incidents as documented, with the names the wrong way round', () => {
    expect(rows('documented-legacy-Messages.txt').map(readMessage)).toMatchObject([
      { id: 'EX20119', incident: true, title: null, workload: 'Exchange', workloadName: 'Exchange Online' },
      { id: 'EX20789', incident: true, status: 'Service restored' },
    ]);
  });
});

describe('a message', () => {
  it('keeps its names where both are ids, and where neither is', () => {
    const names = (Workload: string, WorkloadDisplayName: string): unknown => {
      const read = readMessage({ Id: 'XX1', Workload, WorkloadDisplayName });
      return [read?.workload, read?.workloadName];
    };
    expect(names('Planner', 'Planner')).toEqual(['Planner', 'Planner']);
    expect(names('Whiteboard', 'Microsoft Whiteboard')).toEqual(['Whiteboard', 'Microsoft Whiteboard']);
    expect(names('Lync Online', 'Lync')).toEqual(['Lync', 'Lync Online']);
  });

  it('reads through what is null, missing or of another type', () => {
    expect(
      readMessage({ Id: 'EX1', Messages: null, AdditionalDetails: 3, IsMajorChange: 'yes' }),
    ).toMatchObject({
      posts: [],
      details: [],
      isMajorChange: null,
    });
    expect(readMessage({ Title: 'no id' })).toBeUndefined();
    expect(readStatusRow({ Workload: 'Lync', StatusDisplayName: 'Normal service' })).toMatchObject({
      id: 'Lync',
      name: 'Lync',
      status: 'Normal service',
    });
    expect(readStatusRow({})).toBeUndefined();
    expect(readService(null)).toBeUndefined();
  });
});

describe('the words of a status', () => {
  it.each([
    ['PostIncidentReportPublished', 'postIncidentReviewPublished', false, 'ok'],
    ['Post-incident report published', 'postIncidentReviewPublished', false, 'ok'],
    ['Extended recovery', 'extendedRecovery', true, 'major'],
    ['ServiceRestored', 'serviceRestored', false, 'ok'],
    ['Normal service', 'serviceOperational', false, 'ok'],
    ['InformationAvailable', 'informationAvailable', false, 'info'],
    ['Information unavailable', 'informationUnavailable', false, 'info'],
    ['SomethingNew', 'unknown', true, 'warning'],
  ])('%s is %s', (raw, name, active, level) => {
    expect(readStatus(raw)).toMatchObject({ name, active, level });
  });
});
