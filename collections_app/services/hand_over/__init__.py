"""The file a collection agency, a lawyer or a credit insurer gets: claim, statement of account, history, invoices."""
