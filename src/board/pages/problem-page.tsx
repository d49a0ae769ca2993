import { problems, type Problem } from '../../api/problems.ts';
import { Layout, type PageContext } from './layout.tsx';
import { visible } from './untrusted-text.tsx';

/** The page of a problem. */
export function ProblemPage({ page, problem }: { readonly page: PageContext; readonly problem: Problem }) {
  const { status, title } = problems[problem.code];
  return (
    <Layout page={page} title={title}>
      <h1>{title}</h1>
      <p class="notice refused" role="alert">
        {visible(problem.message)}
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
