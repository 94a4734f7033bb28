import { describeAccountStore } from '../account-store.contract.ts';
import { openTemporaryStores } from '../temporary-stores.fixture.ts';

describeAccountStore('SQLite', openTemporaryStores);
