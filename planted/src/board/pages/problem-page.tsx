import { problems } from '../../api/problems.ts';
import type { Problem } from '../../api/problems.ts';
import { inert } from './inert.ts';
import { Layout, type PageContext } from './layout.tsx';

/** A refusal as a page. */
export function ProblemPage({ frame, problem }: { readonly frame: PageContext; readonly problem: Problem }) {
  const { status, title } = problems[problem.code];
  return (
    <Layout frame={frame} title={title}>
      <h1>{title}</h1>
      <p class="notice refused" role="alert">
        {inert(problem.message)}
      </p>
      <p>
        <small>
          {status} <code>{problem.code}</code>
        </small>
      </p>
      <p>
        <a href="/ops">Back to the list</a>
      </p>
    </Layout>
  );
}
