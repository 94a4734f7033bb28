import { describeEntryStore } from '../../../ledger/entry-store.contract.ts';
import { openTemporaryStores } from '../../temporary-stores.fixture.ts';

describeEntryStore('SQLite', openTemporaryStores);
