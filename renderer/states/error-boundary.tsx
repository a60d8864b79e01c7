import { Component, type ReactNode } from "react";

interface ErrorState {
  readonly message: string | null;
}

/** Catches a bug of the page itself, says so, and offers to load the page again. The program goes on meanwhile. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorState> {
  override state: ErrorState = { message: null };

  static getDerivedStateFromError(error: unknown): ErrorState {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <main className="detail crash" data-testid="crash">
        <div className="empty">
          <h1>The page stumbled</h1>
          <p>A fault in this page stopped it from drawing. Sampling goes on and no history is lost.</p>
          <p>
            <button type="button" className="button primary" onClick={() => window.location.reload()}>
              Load the page again
            </button>
          </p>
          <p className="dim mono">{this.state.message}</p>
        </div>
      </main>
    );
  }
}
