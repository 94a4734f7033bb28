import { afterEach, beforeEach } from 'bun:test';
import type { LedgerStorePlace, MakePlace, OpenLedgerStore } from './ledger-store.contract.ts';
import type { Boot, LedgerStore } from './ports.ts';
import { oneByOne } from './work.fixture.ts';

/** The place of each test, opened once; what a test opens beside is closed with it. */
export function usePlace(makePlace: MakePlace) {
  let place: LedgerStorePlace;
  let opened: OpenLedgerStore[] = [];
  let main: OpenLedgerStore;
  let boot: Boot;
  const open = async (): Promise<OpenLedgerStore> => {
    const store = await place.open();
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    place = await makePlace();
    main = await open();
    boot = await main.ledger.openBoot(0);
  });
  afterEach(async () => {
    await boot.close();
    for (const store of opened) await store.close();
    opened = [];
    await place.remove();
  });
  return {
    open,
    store: (): LedgerStore => main.ledger,
    all: (): OpenLedgerStore => main,
    boot: (): Boot => boot,
    work: () => oneByOne(main.ledger, boot.id),
    tamper: (what: Parameters<LedgerStorePlace['tamper']>[0]) => place.tamper(what),
  };
}
