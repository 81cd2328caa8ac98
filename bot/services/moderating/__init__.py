"""What people do to members, messages and places: ordered, authorised, carried out, lifted and taken back."""
