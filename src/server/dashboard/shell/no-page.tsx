import { Empty } from '../components/empty.tsx';
import { PageHead } from './page-head.tsx';

export function NoPage({ name }: { readonly name: string }) {
  return (
    <>
      <PageHead title="There is no such page" />
      <Empty title={`Nothing is called “${name}” here`} action={<a href="#/now">Go to what happens now</a>}>
        The address may be mistyped, or from another version.
      </Empty>
    </>
  );
}
