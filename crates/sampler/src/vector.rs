//! Four numbers in a vector register.
//!
//! Written out because the compiler turns the equivalent loops over arrays into scalar code for some
//! tile shapes (measured with LLVM 21 and 22 for wasm32: a third of the speed). Only operations that
//! are exact IEEE 754 in each lane, and no fused ones.

pub(crate) use lanes::Four;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use std::arch::wasm32::{
        f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_pmax, f32x4_splat, v128,
    };

    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Four(v128);

    impl Four {
        #[inline(always)]
        pub fn splat(value: f32) -> Self {
            Self(f32x4_splat(value))
        }

        #[inline(always)]
        pub fn load(values: [f32; 4]) -> Self {
            Self(f32x4(values[0], values[1], values[2], values[3]))
        }

        #[inline(always)]
        pub fn store(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }

        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub fn times(self, other: Self) -> Self {
            Self(f32x4_mul(self.0, other.0))
        }

        /// 0 < x ? x : 0, as [`crate::matrix::relu`].
        #[inline(always)]
        pub fn relu(self) -> Self {
            Self(f32x4_pmax(f32x4_splat(0.0), self.0))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    use crate::matrix::relu;

    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Four([f32; 4]);

    impl Four {
        #[inline(always)]
        pub fn splat(value: f32) -> Self {
            Self([value; 4])
        }

        #[inline(always)]
        pub fn load(values: [f32; 4]) -> Self {
            Self(values)
        }

        #[inline(always)]
        pub fn store(self) -> [f32; 4] {
            self.0
        }

        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
            Self([a + e, b + f, c + g, d + h])
        }

        #[inline(always)]
        pub fn times(self, other: Self) -> Self {
            let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
            Self([a * e, b * f, c * g, d * h])
        }

        /// 0 < x ? x : 0 in each lane.
        #[inline(always)]
        pub fn relu(self) -> Self {
            Self(self.0.map(relu))
        }
    }
}
