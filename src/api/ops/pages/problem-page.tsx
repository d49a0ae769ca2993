import { problems } from '../../problems.ts';
import type { Problem } from '../../problems.ts';
import { inert } from './inert.ts';
import { Layout, type Frame } from './layout.tsx';

/** A refusal as a page. */
export function ProblemPage({ frame, problem }: { readonly frame: Frame; readonly problem: Problem }) {
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
