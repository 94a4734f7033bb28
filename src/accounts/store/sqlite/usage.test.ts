import { describeUsageStore } from '../usage-store.contract.ts';
import { openTemporaryStores } from '../temporary-stores.fixture.ts';

describeUsageStore('SQLite', openTemporaryStores);
