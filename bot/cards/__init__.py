"""What staff and members read of Locum: cards, pages and notices, built from values and catalogues."""
