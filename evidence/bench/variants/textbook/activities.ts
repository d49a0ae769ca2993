import { fetchSession, statusOf, type SessionState, type Status } from '../session.ts';

export type Activities = ReturnType<typeof createActivities>;

/** The activities of the textbook variant. */
export function createActivities(providerUrl: string) {
  return {
    async readSession(sessionId: string): Promise<SessionState & { status: Status }> {
      const session = await fetchSession(providerUrl, sessionId);
      return { ...session, status: statusOf(session) };
    },
  };
}
