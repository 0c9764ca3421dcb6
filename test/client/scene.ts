// One app that is signed in, in a world whose time, network and service a test moves: new for every test of a file.

import { beforeAll, beforeEach } from 'vitest';
import type { StoredSession } from '../../src/client/client.ts';
import { type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { newOwner, type Owner, startedSession } from './started-session.ts';
import { createWorld, type World } from './world.ts';

export const minutes = 60_000;

export let service: Service;
export let owner: Owner;
export let world: World;
export let device: Device;
export let app: Process;
/** What the device holds when the test begins. */
export let started: StoredSession;

export function useScene(): void {
  beforeAll(async () => {
    service = await startService();
    owner = await newOwner(service);
  });
  beforeEach(async () => {
    service.transport = (input, init) => fetch(input, init);
    started = await startedSession(service, owner);
    device = createDevice(started);
    world = createWorld(service);
    app = startProcess(world, device);
  });
}

export const refreshes = () => world.sent.filter(({ path }) => path === '/api/auth/refresh');

/** The different ones. */
export const keys = () => new Set(refreshes().map(({ headers }) => headers.get('Idempotency-Key')));
