"""The nouns: frozen values that every stage speaks. Knows geometry; must not know any stage."""
