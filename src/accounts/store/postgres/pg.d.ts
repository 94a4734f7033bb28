/** As much of the driver as is used here. Every value comes as PostgreSQL writes it, since no type is parsed. */
declare module 'pg' {
  import type { EventEmitter } from 'node:events';
  import type { ConnectionOptions } from 'node:tls';

  export interface ClientOptions {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string | undefined;
    readonly password: string | undefined;
    readonly ssl: ConnectionOptions | false;
    readonly application_name: string;
    /** More settings of the session, as `-c name=value`. */
    readonly options: string;
    readonly statement_timeout: number;
    readonly lock_timeout: number;
    readonly idle_in_transaction_session_timeout: number;
    /** How long an answer is waited for, whatever the server does; the connection is then given up. */
    readonly query_timeout: number;
    readonly keepAlive: boolean;
    readonly keepAliveInitialDelayMillis: number;
    readonly pipeline: boolean;
    readonly types: { getTypeParser(oid: number, format?: string): (value: string) => unknown };
  }

  export interface PoolOptions extends ClientOptions {
    readonly max: number;
    readonly idleTimeoutMillis: number;
    readonly connectionTimeoutMillis: number;
  }

  export interface Query {
    readonly text: string;
    /** Prepared once on each connection. */
    readonly name?: string | undefined;
    readonly values?: readonly unknown[] | undefined;
    readonly query_timeout?: number | undefined;
  }

  export interface Result {
    readonly rows: Record<string, string | null>[];
    readonly rowCount: number | null;
  }

  export interface PoolClient extends EventEmitter {
    query(query: Query): Promise<Result>;
    /** True or an error: the connection is of no more use. */
    release(broken?: boolean | Error): void;
  }

  export class Client {
    constructor(options: Partial<ClientOptions>);
    connect(): Promise<void>;
    query(query: Query): Promise<Result>;
    end(): Promise<void>;
  }

  export class Pool extends EventEmitter {
    constructor(options: PoolOptions);
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
  }

  const pg: { readonly Client: typeof Client; readonly Pool: typeof Pool };
  export default pg;
}
