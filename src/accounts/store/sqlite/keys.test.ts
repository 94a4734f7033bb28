import { describeKeyStore } from '../key-store.contract.ts';
import { openTemporaryStores } from '../temporary-stores.fixture.ts';

describeKeyStore('SQLite', openTemporaryStores);
