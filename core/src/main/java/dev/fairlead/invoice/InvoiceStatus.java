package dev.fairlead.invoice;

/** Where an invoice stands. */
public enum InvoiceStatus {
    /** Being written; nobody owes anything yet. */
    DRAFT,
    /** Owed, and nothing was paid yet. */
    OPEN,
    /** Owed, and a part was paid. */
    PARTIALLY_PAID,
    /** Paid. */
    PAID,
    /** Paid, and a part was given back. */
    PARTIALLY_REFUNDED,
    /** Paid, and all was given back. */
    REFUNDED,
    /** Cancelled; nobody owes anything. */
    VOID,
    /** Owed, and not expected any more. */
    UNCOLLECTIBLE
}
